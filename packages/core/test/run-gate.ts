import { type GateEvent, waitForQuiet, type WaitForQuietOptions } from '@quietgate/core';
import { createVirtualClock, type VirtualClock } from '@quietgate/core/testing';
import { type Answer, scriptedEndpoint } from './scripted-endpoint.ts';

/** Options of a gate that asks a URL. */
export type UrlGateOptions = Partial<Extract<WaitForQuietOptions, { url: string | URL }>>;

/** Runs the gate on a virtual clock against an endpoint that gives these answers in turn. */
export async function runGate(
  answers: readonly Answer[] | ((clock: VirtualClock) => readonly Answer[]),
  options: UrlGateOptions = {},
) {
  const clock = createVirtualClock();
  const { fetch, requests } = scriptedEndpoint(
    clock,
    ...(typeof answers === 'function' ? answers(clock) : answers),
  );
  const events: GateEvent[] = [];
  const result = await waitForQuiet({
    fetch,
    clock,
    onEvent: (event) => events.push(event),
    ...options,
    url: options.url ?? 'https://api.example',
  });
  return {
    result,
    clock,
    requests,
    requestedAtMs: requests.map(({ atMs }) => atMs),
    events,
    types: events.map(({ type }) => type),
  };
}

import { type GateEvent, waitForQuiet, type WaitForQuietOptions } from '@quietgate/core';
import { createVirtualClock, type VirtualClock } from '@quietgate/core/testing';
import type { Answer } from './scripted-endpoint.ts';
import { hang, status } from './scripted-endpoint.ts';

export const TOKEN = 't0k3n-of-16-chars-and-more';

/** Grants a lease. */
export const lease = (seconds: number, id: string): Answer =>
  status(200, {}, JSON.stringify({ seconds, lease: id }));

/** What the gate's cordon and its endpoint are answered, each in turn, the last one from then on. */
export interface CordonScript {
  readonly leases: readonly Answer[];
  readonly counts: readonly Answer[];
}

/** One request that a gate with a cordon made. */
export interface CordonRequest {
  readonly atMs: number;
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly init: RequestInit;
}

export type CordonedOptions = Partial<Omit<Extract<WaitForQuietOptions, { url: string | URL }>, 'cordon'>> & {
  readonly cordon?: Partial<NonNullable<WaitForQuietOptions['cordon']>>;
};

/** Runs a gate with a cordon on a virtual clock, and returns all that could be seen. */
export async function runCordoned(
  script: CordonScript | ((clock: VirtualClock) => CordonScript),
  { cordon, ...options }: CordonedOptions = {},
) {
  const clock = createVirtualClock();
  const { leases, counts } = typeof script === 'function' ? script(clock) : script;
  const requests: CordonRequest[] = [];
  const of = (method: string) => requests.filter((request) => request.method === method);
  const fetch = (input: string, init: RequestInit): Promise<Response> => {
    const { method = 'GET', signal } = init;
    requests.push({
      atMs: clock.now(),
      method,
      url: new URL(input),
      headers: new Headers(init.headers),
      init,
    });
    const answers = method === 'PUT' ? leases : counts;
    const answer = answers[Math.min(of(method).length, answers.length) - 1] ?? hang;
    return answer(signal ?? new AbortController().signal);
  };
  const events: GateEvent[] = [];
  const result = await waitForQuiet({
    fetch,
    clock,
    onEvent: (event) => events.push(event),
    url: 'https://api.example',
    ...options,
    cordon: { token: TOKEN, holder: 'deploy-42', ...cordon },
  });
  return {
    result,
    clock,
    events,
    requests,
    raises: of('PUT'),
    types: events.map(({ type }) => type),
    /** What was asked when, as in `0 PUT`. */
    asked: requests.map(({ atMs, method }) => `${atMs} ${method}`),
  };
}

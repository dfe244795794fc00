import type { Clock } from '@quietgate/core';

/** How a scripted endpoint answers one request. */
export type Answer = (signal: AbortSignal) => Promise<Response>;

/** Answers with a status and a body. */
export const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Answer =>
  () =>
    Promise.resolve(new Response(code === 204 || code === 304 ? null : body, { status: code, headers }));

/** Answers 200 with a body as it stands. */
export const body =
  (text: BodyInit | null): Answer =>
  () =>
    Promise.resolve(new Response(text));

/** Answers in the wire format. */
export const count = (inFlight: number, ids: readonly string[] = []): Answer =>
  body(JSON.stringify({ count: inFlight, ids }));

/** Never answers, and does not heed its signal. */
export const hang: Answer = () => new Promise(() => undefined);

/** Sends the headers and a piece of the body, and then nothing. */
export const hangingBody: Answer = () =>
  Promise.resolve(
    new Response(
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"count":'));
        },
      }),
    ),
  );

/** Fails as `fetch` does; with `undefined` too. */
export const fail =
  (error: unknown): Answer =>
  () =>
    Promise.reject(error);

/** Answers only after `ms` on the clock. */
export const after =
  (ms: number, clock: Clock, answer: Answer): Answer =>
  async (signal) => {
    await clock.sleep(ms);
    return answer(signal);
  };

/** One request that a scripted endpoint got. */
export interface SeenRequest {
  readonly atMs: number;
  readonly input: string;
  readonly init: RequestInit;
}

/**
 * A `fetch` that gives the answers in turn, and the last one from then on. It records each request, and answers
 * with a failure that no test expects when one starts while another is neither answered nor given up.
 */
export function scriptedEndpoint(clock: Clock, ...answers: readonly Answer[]) {
  const requests: SeenRequest[] = [];
  const underWay = new Set<AbortSignal>();

  const fetch = async (input: string, init: RequestInit): Promise<Response> => {
    const signal = init.signal ?? new AbortController().signal;
    if ([...underWay].some((other) => !other.aborted))
      return new Response('two requests at a time', { status: 599 });
    requests.push({ atMs: clock.now(), input, init });
    underWay.add(signal);
    try {
      const answer = answers[Math.min(requests.length, answers.length) - 1] ?? hang;
      return await answer(signal);
    } finally {
      underWay.delete(signal);
    }
  };
  return { fetch, requests };
}

import type { Deployment } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { vi } from 'vitest';
import type { EndpointResponse } from '../src/endpoint/endpoint.ts';
import type { InFlightCountOptions } from '../src/endpoint/options.ts';
import { createCountEndpoint } from './create-count-endpoint.ts';
import { inFlight } from './listing.ts';
import { requestOf } from './request-of.ts';

/** What was answered, and when. */
export interface Answered {
  readonly answer: EndpointResponse;
  readonly at: number;
}

/** An endpoint over a store that can be watched, on a clock that the test moves. */
export function createHeldStore(options: Partial<InFlightCountOptions<Deployment>> = {}) {
  const clock = createVirtualClock({ autoAdvance: false });
  const store = {
    /** What a listing that starts now will find; nothing makes it fail. */
    deployments: inFlight('a') as Deployment[] | undefined,
    tookMs: 0,
    /** When each listing began. */
    began: [] as number[],
    running: 0,
    mostAtOnce: 0,
    subscriptions: 0,
    change: (): void => undefined,
  };
  const onError = vi.fn();
  const listDeployments = async () => {
    const found = store.deployments;
    store.began.push(clock.now());
    store.mostAtOnce = Math.max(store.mostAtOnce, ++store.running);
    if (store.tookMs > 0) await clock.sleep(store.tookMs);
    store.running--;
    if (found === undefined) throw new Error('the disk is gone');
    return found;
  };
  const subscribe = (onChange: () => void) => {
    store.subscriptions++;
    store.change = onChange;
    return () => {
      store.subscriptions--;
    };
  };
  const endpoint = createCountEndpoint({ listDeployments, subscribe, onError, ...options }, clock);

  /** Asks at once; what comes of it is told with its time. */
  const ask = (prefer?: string, signal?: AbortSignal, method = 'GET') => {
    const asked: { answered?: Answered } = {};
    void endpoint.answer(requestOf(method, { prefer, signal })).then((answer) => {
      asked.answered = { answer, at: clock.now() };
    });
    return asked;
  };
  /** Lets everything happen that happens at once. */
  const settle = () => clock.advance(0);
  return { clock, store, onError, endpoint, ask, settle };
}

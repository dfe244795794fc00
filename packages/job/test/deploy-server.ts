import {
  createCordon,
  createInFlightIndex,
  type Cordon,
  type Deployment,
  type MemoryCordon,
  systemClock,
} from '@quietgate/core';
import {
  type CordonEvent,
  deployCordon,
  inFlightCount,
  type InFlightCountOptions,
} from '@quietgate/http-adapters/node';
import { listen, type Respond } from '@quietgate/testkit/endpoint';
import { createServer, type IncomingMessage } from 'node:http';

/** The token of the server's cordon. */
export const TOKEN = 's3cret-token-of-the-cordon';

/** What is to be otherwise. */
export interface DeployServerOptions {
  readonly count?: Partial<InFlightCountOptions<Deployment>>;
  /** In place of the cordon's own `raise`, which it is given. */
  readonly raise?: (raise: MemoryCordon['raise']) => Cordon['raise'];
  /** Another token, or no cordon at all. */
  readonly authorize?: string | false;
  /** What answers a request in place of the product's own endpoints. */
  readonly answerInstead?: (request: IncomingMessage) => Respond | undefined;
}

/** A server with the product's own endpoints and one run in flight, on loopback until the test ends. */
export interface DeployServer {
  readonly url: string;
  readonly cordon: MemoryCordon;
  /** What the cordon's endpoint has reported. */
  readonly events: readonly CordonEvent[];
  /** Which method each request had, and for which path. */
  readonly asked: readonly string[];
  readonly endRun: () => void;
  /** Moves the time of the cordon on, which stands still otherwise. */
  readonly advance: (ms: number) => void;
}

export async function deployServer(options: DeployServerOptions = {}): Promise<DeployServer> {
  const { count, raise, authorize = TOKEN, answerInstead } = options;
  let now = 0;
  const cordon = createCordon({ clock: { ...systemClock, now: () => now } });
  const index = createInFlightIndex();
  index.set({ id: 'run', status: 'tofu-applying' });
  const events: CordonEvent[] = [];
  const asked: string[] = [];

  const onError = () => undefined;
  const answerCount = inFlightCount({
    listDeployments: () => index,
    subscribe: index.subscribe,
    onError,
    ...count,
  });
  const answerCordon =
    authorize !== false &&
    deployCordon({
      cordon: { ...cordon, raise: raise?.(cordon.raise) ?? cordon.raise },
      authorize,
      onError,
      onEvent: (event) => events.push(event),
    });
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ''} ${new URL(request.url ?? '', 'http://host').pathname}`);
    const instead = answerInstead?.(request);
    if (instead !== undefined) instead(response, request);
    else if (answerCordon === false) answerCount(request, response);
    else
      answerCount(request, response, () => {
        answerCordon(request, response);
      });
  });

  return {
    url: `http://127.0.0.1:${await listen(server)}`,
    cordon,
    events,
    asked,
    endRun: () => {
      index.delete('run');
    },
    advance: (ms) => (now += ms),
  };
}

import { createInFlightIndex, type Deployment, QUIET_PATH } from '@quietgate/core';
import { type InFlightCountOptions, inFlightCount } from '@quietgate/http-adapters/node';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server with one run in flight. */
export interface OneRun {
  readonly url: string;
  /** Resolves once somebody has asked. */
  readonly firstRequest: Promise<unknown>;
  readonly requests: () => number;
  /** Ends the run. */
  readonly end: () => void;
  readonly close: () => void;
}

/** A store in which one run is in flight until it ends. */
interface Store {
  readonly options: InFlightCountOptions<Deployment>;
  readonly end: () => void;
}

const RUN: Deployment = { id: 't13', status: 'tofu-applying' };

export const STORES = {
  list(): Store {
    const deployments = [RUN];
    return { options: { listDeployments: () => deployments }, end: () => deployments.pop() };
  },
  index(): Store {
    const index = createInFlightIndex();
    index.set(RUN);
    const end = () => {
      index.delete(RUN.id);
    };
    return { options: { listDeployments: () => index, subscribe: index.subscribe }, end };
  },
};

export async function serveOneRun(kind: keyof typeof STORES): Promise<OneRun> {
  const { options, end } = STORES[kind]();
  let requests = 0;
  const endpoint = inFlightCount({ ...options, quietPath: QUIET_PATH });
  const server = createServer((request, response) => {
    requests++;
    endpoint(request, response);
  });
  const firstRequest = once(server, 'request');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    firstRequest,
    requests: () => requests,
    end,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

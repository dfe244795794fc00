import { createServer, type OutgoingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RunRefused } from '@quietgate/core';
import { inFlightCount } from '@quietgate/http-adapters/node';
import { CLOSE_LIMIT_MS, createProvisioning, readConfig } from './provisioning.ts';

const config = readConfig(process.env);
const { inFlight, drain, start } = createProvisioning(config);

const countInFlight = inFlightCount({
  listDeployments: () => inFlight,
  subscribe: inFlight.subscribe,
  signal: drain.closing,
});

const server = createServer((request, response) => {
  countInFlight(request, response, () => {
    const { status, body, headers = {} } = answer(`${request.method ?? ''} ${request.url ?? ''}`);
    response.writeHead(status, headers).end(`${body}\n`);
  });
});

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: OutgoingHttpHeaders;
}

function answer(asked: string): Answer {
  switch (asked) {
    case 'GET /livez':
      return { status: 200, body: 'alive' };
    case 'GET /readyz':
      return drain.hasBegun() ? { status: 503, body: 'draining' } : { status: 200, body: 'ready' };
    case 'POST /runs':
      return startRun();
    default:
      return { status: 404, body: 'not found' };
  }
}

function startRun(): Answer {
  try {
    return { status: 202, body: start().id };
  } catch (error) {
    if (!(error instanceof RunRefused)) throw error;
    return { status: error.status, body: error.message, headers: error.headers };
  }
}

/** The first signal drains, the second one ends the process at once: as PID 1 it gets none that it does not listen to. */
async function end(signal: NodeJS.Signals): Promise<void> {
  if (drain.hasBegun()) {
    console.error(`${signal} again: ended with ${inFlight.size} in flight`);
    process.exit(1);
  }
  console.log(`${signal}: draining ${inFlight.size} in flight`);
  const { outcome, lastSeen } = await drain.begin();
  console.log(`${outcome}: ${lastSeen?.count ?? '?'} in flight ${JSON.stringify(lastSeen?.ids ?? [])}`);
  server.close(() => process.exit(outcome === 'quiet' ? 0 : 1));
  setTimeout(() => {
    server.closeAllConnections();
  }, CLOSE_LIMIT_MS);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, (name) => void end(name));

server.listen(config.port, config.host, () => {
  console.log(`listening on http://${config.host}:${(server.address() as AddressInfo).port}`);
});

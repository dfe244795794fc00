import { createServer } from 'node:http';
import { createRuns, RunRefused } from '@quietgate/core';
import { serveRuns } from '@quietgate/http-adapters/node';
import { protectionOf } from './protection-of.ts';
import { protectWhileBusy } from './protect-while-busy.ts';

const { CORDON_TOKEN, PORT = '8080', RUN_SECONDS = '20', DRAIN_SECONDS = '60' } = process.env;

const runs = createRuns();
const endpoints = serveRuns({ runs, cordonToken: CORDON_TOKEN });

const over = new AbortController();
const protection = protectionOf(process.env);
const protecting =
  protection && protectWhileBusy({ runs, protection, signal: over.signal, onError: console.error });

const server = createServer((request, response) => {
  endpoints(request, response, () => {
    try {
      const run = runs.begin(crypto.randomUUID());
      response.writeHead(202).end(`${run.id}\n`);
      setTimeout(run.end, Number(RUN_SECONDS) * 1000); // the work
    } catch (error) {
      if (!(error instanceof RunRefused)) throw error;
      response.writeHead(error.status, error.headers).end(`${error.message}\n`);
    }
  });
});

server.listen(Number(PORT), () => {
  console.log('listening on', server.address());
});

// Protection keeps no process from SIGTERM: a node that fails and a spot instance ask nobody.
process.once('SIGTERM', () => {
  void (async () => {
    const { outcome } = await runs.drain({ maxWaitMs: Number(DRAIN_SECONDS) * 1000 });
    over.abort();
    await protecting;
    server.close(() => process.exit(outcome === 'quiet' ? 0 : 1));
  })();
});

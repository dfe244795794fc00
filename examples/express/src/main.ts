import type { AddressInfo } from 'node:net';
import { createRuns, type Run, RunRefused } from '@quietgate/core';
import { serveRuns } from '@quietgate/http-adapters/express';
import express, { type ErrorRequestHandler } from 'express';
import { type Cluster, createClusters } from './clusters.ts';

const { PORT = '8080', LATENCY_MS = '50', CREATE_SECONDS = '20', DRAIN_SECONDS = '60' } = process.env;

const clusters = createClusters(Number(LATENCY_MS));
const runs = createRuns();

const app = express();
app.use(serveRuns({ runs, cordonToken: process.env['CORDON_TOKEN'] }));

app.get('/clusters', async (_, response) => {
  response.json(await clusters.list());
});

app.post('/clusters/:name', async (request, response) => {
  const run = runs.begin(request.params.name); // before the insert, which takes a while
  response.status(202).json(await insert(request.params.name, run));
});

/** Express answers a refusal by itself, but with a page of HTML, and logs its stack. */
const answerRefusals: ErrorRequestHandler = (error, _request, response, next) => {
  if (error instanceof RunRefused)
    response.status(error.status).set(error.headers).json({ error: error.message });
  else next(error);
};
app.use(answerRefusals);

/** What is not created after all is not in flight either. */
async function insert(name: string, run: Run): Promise<Cluster> {
  try {
    const cluster = await clusters.insert(name);
    void create(cluster).finally(run.end);
    return cluster;
  } catch (error) {
    run.end();
    throw error;
  }
}

/** The work, which dies with this process. */
async function create({ id }: Cluster): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Number(CREATE_SECONDS) * 1000));
  await clusters.setStatus(id, 'running').catch(console.error);
}

const server = app.listen(Number(PORT), () => {
  console.log(`listening on http://localhost:${(server.address() as AddressInfo).port}`);
});

process.once('SIGTERM', () => {
  void (async () => {
    console.log(`draining ${runs.size} in flight`);
    const { outcome } = await runs.drain({ maxWaitMs: Number(DRAIN_SECONDS) * 1000 });
    server.close(() => process.exit(outcome === 'quiet' ? 0 : 1));
  })();
});

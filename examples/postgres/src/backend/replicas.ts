import { serveRuns } from '@quietgate/http-adapters/express';
import { createPostgresRuns } from '@quietgate/postgres';
import express from 'express';
import { finishJob, nextJobId, sayWhere, startJob } from './jobs.ts';
import { pool } from './pool.ts';

/* The same as one of several replicas. `applySchema(pool)`, or a migration, has made the tables. */
const { PORT = '8080' } = process.env;

const runs = createPostgresRuns(pool);
const app = express();
app.use(serveRuns({ runs, cordonToken: process.env['CORDON_TOKEN'] }));

app.post('/jobs', async (_, response) => {
  const id = nextJobId();
  const run = await runs.begin(String(id));
  const { inserted, done } = startJob(id);
  done.finally(run.end).catch(console.error);
  await inserted;
  response.status(202).json({ id });
});

app.delete('/jobs/:id', ({ params }, response) => {
  finishJob(Number(params.id));
  response.sendStatus(204);
});

const server = app.listen(Number(PORT), '127.0.0.1', () => {
  sayWhere(server);
});

process.once('SIGTERM', () => {
  const drained = runs.drain({ maxWaitMs: 25 * 60_000 });
  void drained.finally(() => server.close(() => void pool.end()));
});

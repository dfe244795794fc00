import express from 'express';
import { finishJob, nextJobId, sayWhere, startJob } from './jobs.ts';

/* A backend whose jobs each rollout destroys. */
const { PORT = '8080' } = process.env;

const app = express();

app.post('/jobs', async (_, response) => {
  const id = nextJobId();
  const { inserted, done } = startJob(id);
  done.catch(console.error);
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

import { inFlightCount } from '@quietgate/http-adapters/fastify';
import closeWithGrace from 'close-with-grace';
import Fastify from 'fastify';
import { CLOSE_LIMIT_MS, createProvisioning, readConfig } from './provisioning.ts';

const config = readConfig(process.env);
const { inFlight, drain, start } = createProvisioning(config);

const app = Fastify({ logger: true });

await app.register(inFlightCount, {
  listDeployments: () => inFlight,
  subscribe: inFlight.subscribe,
  signal: drain.closing,
});

app.get('/livez', () => 'alive\n');

app.get('/readyz', async (_, reply) =>
  drain.hasBegun() ? reply.code(503).send('draining\n') : reply.send('ready\n'),
);

// Fastify answers a RunRefused by itself, with 503 and Retry-After.
app.post('/runs', async (_, reply) => reply.code(202).send(`${start().id}\n`));

// Its own limit, 10 s unless told otherwise, would end most runs. A second signal ends the process at once, with status 1.
closeWithGrace({ delay: config.drainMs + CLOSE_LIMIT_MS, logger: app.log }, async ({ signal, err }) => {
  if (err !== undefined) app.log.error(err); // of which the runs in flight may know nothing
  app.log.info(`${signal ?? 'told to end'}: draining ${inFlight.size} in flight`);
  const { outcome, lastSeen } = await drain.begin();
  await app.close();
  if (outcome === 'quiet') return;
  throw new Error(
    `${lastSeen?.count ?? '?'} in flight do not outlive the Pod: ${lastSeen?.ids.join(', ') ?? ''}`,
  );
});

await app.listen({ host: config.host, port: config.port });

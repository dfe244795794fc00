import { once } from 'node:events';
import { serve } from '@hono/node-server';
import { CORDON_PATH, IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { answerProvisioning, MAX_BODY_BYTES } from '@quietgate/example-node-http/provisioning-api';
import { runCatalyst } from '@quietgate/example-node-http/run-catalyst';
import { deployCordon, inFlightCount } from '@quietgate/http-adapters/fetch';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';

interface Asked {
  readonly method: string;
  readonly path: string;
  header(): Record<string, string>;
}

await runCatalyst(async (catalyst, { host, port, cordonToken, closing }) => {
  const countInFlight = inFlightCount({
    ...catalyst.counting,
    signal: closing,
  });
  const answer = async (request: Asked, body: string | undefined) => {
    const { method, path: target } = request;
    const reply = await answerProvisioning(catalyst, { method, target, headers: request.header(), body });
    return new Response(reply.body, reply);
  };

  const app = new Hono();
  app.all(IN_FLIGHT_COUNT_PATH, ({ req }) => countInFlight(req.raw));
  if (cordonToken !== undefined) {
    const answerCordon = deployCordon({ cordon: catalyst.cordon, authorize: cordonToken });
    app.all(CORDON_PATH, ({ req }) => answerCordon(req.raw));
  }
  app.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: ({ req }) => answer(req, undefined) }));
  // What may not start throws a RunRefused, which Hono answers as 503 with Retry-After.
  app.all('*', async ({ req }) => answer(req, await req.text()));

  const server = serve({ fetch: app.fetch, hostname: host, port });
  await once(server, 'listening');
  return server;
});

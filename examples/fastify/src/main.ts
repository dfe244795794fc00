import { answerProvisioning, MAX_BODY_BYTES } from '@quietgate/example-node-http/provisioning-api';
import { runCatalyst } from '@quietgate/example-node-http/run-catalyst';
import { deployCordon, inFlightCount } from '@quietgate/http-adapters/fastify';
import Fastify from 'fastify';

await runCatalyst(async (catalyst, { host, port, cordonToken, closing }) => {
  const app = Fastify({ bodyLimit: MAX_BODY_BYTES });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => {
    done(null, body);
  });

  await app.register(inFlightCount, {
    ...catalyst.counting,
    signal: closing,
  });
  if (cordonToken !== undefined) {
    await app.register(deployCordon, { cordon: catalyst.cordon, authorize: cordonToken });
  }
  // What may not start throws a RunRefused, which Fastify answers as 503 with Retry-After.
  app.all<{ Body: string | undefined }>('/*', async ({ method, url: target, headers, body = '' }, reply) => {
    const answer = await answerProvisioning(catalyst, { method, target, headers, body });
    return reply.code(answer.status).headers(answer.headers).send(answer.body);
  });

  await app.listen({ host, port });
  return app.server;
});

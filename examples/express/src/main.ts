import { once } from 'node:events';
import { answerProvisioning, MAX_BODY_BYTES } from '@quietgate/example-node-http/provisioning-api';
import { runCatalyst } from '@quietgate/example-node-http/run-catalyst';
import { deployCordon, inFlightCount } from '@quietgate/http-adapters/express';
import express, { type NextFunction, type Request, type Response } from 'express';

await runCatalyst(async (catalyst, { host, port, cordonToken, closing }) => {
  const answer = async (request: Request, response: Response, body: string | undefined) => {
    const { method, url: target, headers } = request;
    const reply = await answerProvisioning(catalyst, { method, target, headers, body });
    response.writeHead(reply.status, reply.headers).end(reply.body);
  };

  const app = express();
  app.use(
    inFlightCount({
      ...catalyst.counting,
      signal: closing,
    }),
  );
  if (cordonToken !== undefined) {
    app.use(deployCordon({ cordon: catalyst.cordon, authorize: cordonToken }));
  }
  app.use(express.text({ type: () => true, limit: MAX_BODY_BYTES }));
  app.use((request, response) => answer(request, response, bodyOf(request)));
  app.use(async (error: { status?: unknown }, request: Request, response: Response, next: NextFunction) => {
    if (error.status === undefined) next(error);
    // A body that the parser refuses is as good as none.
    else await answer(request, response, error.status === 413 ? undefined : '');
  });

  const server = app.listen(port, host);
  await once(server, 'listening');
  return server;
});

/** Express leaves the body out when there is none. */
function bodyOf({ body }: { body: unknown }): string {
  return typeof body === 'string' ? body : '';
}

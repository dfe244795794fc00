import type { DeploymentClass } from '@quietgate/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createInFlightHandler } from './in-flight-handler.ts';
import type { InFlightCountOptions } from './options.ts';
import { SCHEMA } from './wire-schema.ts';

export type { InFlightCountOptions } from './options.ts';

/** The options for records of whatever type `classify` takes, which Fastify's `register` cannot infer. */
type RegisterOptions = Omit<InFlightCountOptions<{ readonly id: string }>, 'classify'> & {
  classify?: ((deployment: never) => DeploymentClass) | undefined;
};

/**
 * The in-flight count endpoint for Fastify 5: an encapsulated plugin that honours `prefix` and leaves the rest of
 * the app alone. Without `onError` a failed listing goes to the request's logger.
 *
 * @example
 * await app.register(inFlightCount, { listDeployments: () => store.list() });
 *
 * @throws TypeError or RangeError when an option is wrong
 */
export async function inFlightCount<D extends { readonly id: string }>(
  app: FastifyInstance,
  options: InFlightCountOptions<D>,
): Promise<void>;
export async function inFlightCount(app: FastifyInstance, options: RegisterOptions): Promise<void>;
export async function inFlightCount(app: FastifyInstance, options: RegisterOptions): Promise<void> {
  const handler = createInFlightHandler(options as InFlightCountOptions<{ readonly id: string }>);

  async function respond(request: FastifyRequest, reply: FastifyReply) {
    const { status, headers, body } = await handler.answer(request.method, (err) => {
      request.log.error({ err }, 'the deployments could not be listed');
    });
    // A serializer of its own keeps Fastify from adding a charset.
    return reply.code(status).headers(headers).serializer(String).send(body);
  }

  async function refuse(request: FastifyRequest, reply: FastifyReply) {
    return ['GET', 'HEAD'].includes(request.method) ? undefined : respond(request, reply);
  }

  const url = handler.path;
  // A compiler of the app's own, such as zod's, may fail on JSON Schema, and the app with it.
  const schema = app.serializerCompiler === undefined ? { schema: SCHEMA } : {};
  app.route({ method: 'GET', url, ...schema, exposeHeadRoute: false, handler: respond });
  const others = app.supportedMethods.filter((method) => method !== 'GET');
  const hidden: object = { hide: true }; // from the OpenAPI that @fastify/swagger generates
  // In a hook, because later Fastify would look at the body.
  app.route({ method: others, url, schema: hidden, onRequest: refuse, handler: respond });

  // A not-found handler of this place shows a hook the methods that Fastify does not route.
  if (app.prefix + url === '/') return;
  await app.register(
    (endpoint, _, done) => {
      endpoint.addHook('onRequest', async (request, reply) =>
        request.url.split('?', 1)[0] === endpoint.prefix ? refuse(request, reply) : undefined,
      );
      // @ts-expect-error: without arguments it is the default handler, as documented, but not typed
      endpoint.setNotFoundHandler();
      done();
    },
    { prefix: url },
  );
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Endpoint } from '../endpoint/endpoint.ts';
import { headerOf, splitTarget } from './mount-on-node.ts';
import { signalOfLeaving } from './signal-of-leaving.ts';

/** Methods whose requests Fastify reads no body of: it answers them behind all hooks, as any route. */
const WITHOUT_BODY = ['GET', 'HEAD'];

/** Puts endpoints into a Fastify app, below its prefix. */
export async function mountInFastify(app: FastifyInstance, endpoints: readonly Endpoint[]): Promise<void> {
  for (const endpoint of endpoints) await mountOne(app, endpoint);
}

async function mountOne(app: FastifyInstance, endpoint: Endpoint): Promise<void> {
  const { path: url, responses } = endpoint;

  async function respond(request: FastifyRequest, reply: FastifyReply) {
    const { status, headers, body } = await endpoint.answer(asEndpointRequest(request, reply));
    // A serializer of its own keeps Fastify from adding a charset.
    return reply.code(status).headers(headers).serializer(String).send(body);
  }

  /** Answers before Fastify looks at the body, which it may refuse. */
  async function respondToOthers(request: FastifyRequest, reply: FastifyReply) {
    return WITHOUT_BODY.includes(request.method) ? undefined : respond(request, reply);
  }

  // A compiler of the app's own, such as zod's, may fail on JSON Schema, and the app with it.
  const hasSchema = responses !== undefined && app.serializerCompiler === undefined;
  const schema = hasSchema ? { schema: { response: responses } } : {};
  app.route({ method: 'GET', url, ...schema, exposeHeadRoute: false, handler: respond });
  const others = app.supportedMethods.filter((method) => method !== 'GET');
  const hidden: object = { hide: true }; // from the OpenAPI that @fastify/swagger generates
  app.route({ method: others, url, schema: hidden, onRequest: respondToOthers, handler: respond });

  // Fastify's router knows the common methods only, and hands every other to a not-found handler. One that is set
  // for this path alone, the default one, has hooks of its own, which see such a request first. It is Fastify's
  // own for all else: a not-found handler of the app's answers everywhere else. At the root it would be the app's.
  if (app.prefix + url === '/') return;
  await app.register(
    (here, _, done) => {
      here.addHook('onRequest', async (request, reply) =>
        request.url.split('?', 1)[0] === here.prefix ? respondToOthers(request, reply) : undefined,
      );
      // @ts-expect-error: without arguments it is the default handler, as documented, but not typed
      here.setNotFoundHandler();
      done();
    },
    { prefix: url },
  );
}

function asEndpointRequest(request: FastifyRequest, reply: FastifyReply) {
  const { method, headers } = request;
  return {
    method,
    query: splitTarget(request.url).query,
    prefer: headerOf(headers['prefer']),
    authorization: headers.authorization,
    get signal() {
      return signalOfLeaving(reply.raw);
    },
    log: (err: unknown) => {
      request.log.error({ err }, 'the deployments could not be listed');
    },
  };
}

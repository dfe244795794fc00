import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Endpoint, EndpointResponse } from '../endpoint/endpoint.ts';
import { sentHeaders, splitTarget } from './mount-on-node.ts';
import { signalOfLeaving } from './signal-of-leaving.ts';

/** Methods whose requests Fastify reads no body of: it answers them behind all hooks. */
const WITHOUT_BODY = ['GET', 'HEAD'];

/** What Fastify's `register` takes beside a plugin's own options, and hands over with them. */
const REGISTER_OPTIONS = ['prefix', 'logLevel', 'logSerializers'];

/** The schema of a route that the OpenAPI which @fastify/swagger generates leaves out. */
const HIDDEN: object = { hide: true };

/** A plugin's own options. */
export function withoutRegisterOptions(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !REGISTER_OPTIONS.includes(name)));
}

/** Puts endpoints into a Fastify app, below its prefix. */
export async function mountInFastify(app: FastifyInstance, endpoints: readonly Endpoint[]): Promise<void> {
  // Before the server waits for its connections, which those who are held keep open.
  app.addHook('preClose', (done) => {
    for (const endpoint of endpoints) endpoint.close?.();
    done();
  });
  for (const endpoint of endpoints) await mountOne(app, endpoint);
}

async function mountOne(app: FastifyInstance, endpoint: Endpoint): Promise<void> {
  const { path, responses } = endpoint;

  // Not async: Fastify would then wait for the reply that it has just sent, at a cost that the benchmark shows.
  function respond(request: FastifyRequest, reply: FastifyReply): void {
    const send = (answer: EndpointResponse) => {
      // Something else, such as a time limit of the app's, may have answered meanwhile.
      if (reply.sent) return;
      const headers = sentHeaders(answer, request.raw);
      // A serializer of its own keeps Fastify from adding a charset.
      reply.code(answer.status).headers(headers).serializer(String).send(answer.body);
    };
    endpoint
      .answer(asEndpointRequest(request, reply))
      .then(send)
      .catch((error: unknown) => reply.send(error));
  }

  /** Answers before Fastify looks at the body, which it may refuse. */
  function respondToOthers(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    if (WITHOUT_BODY.includes(request.method)) done();
    else respond(request, reply);
  }

  const others = app.supportedMethods.filter((method) => method !== 'GET');
  for (const url of path === false ? ['/', '/*'] : [path]) {
    app.route({ method: 'GET', url, ...schemaFor(app, responses), exposeHeadRoute: false, handler: respond });
    app.route({ method: others, url, schema: HIDDEN, onRequest: respondToOthers, handler: respond });
  }

  // Fastify's router knows the common methods only, and hands every other to a not-found handler. One that is set
  // for this path alone, the default one, has hooks of its own, which see such a request first. It is Fastify's
  // own for all else: a not-found handler of the app's answers everywhere else. At the root it would be the app's.
  const prefix = path === false || path === '/' ? '' : path;
  if (['', '/'].includes(app.prefix + prefix)) return;
  await app.register(
    (here, _, done) => {
      const own = path === '/' ? [here.prefix, `${here.prefix}/`] : [here.prefix];
      here.addHook('onRequest', (request, reply, next) => {
        if (path === false || own.includes(splitTarget(request.url).path))
          respondToOthers(request, reply, next);
        else next();
      });
      try {
        // @ts-expect-error: without arguments it is the default handler, as documented, but not typed
        here.setNotFoundHandler();
      } catch {
        // Below a prefix that the endpoint has to itself, the app has set one of its own, which answers there too.
      }
      done();
    },
    { prefix },
  );
}

/**
 * Shows the answers to those who generate OpenAPI, and to nobody else: no serializer is made of them, so that what the
 * app's own hooks answer on the route goes out as on any other. A compiler of the route's own also keeps JSON Schema from
 * one of the app's that speaks another language, such as zod's, even when that is set later; what reads the schemas of such
 * an app does not get to see it either.
 */
function schemaFor(app: FastifyInstance, responses: object | undefined) {
  if (responses === undefined) return { schema: HIDDEN };
  if (app.serializerCompiler !== undefined) return {};
  return { schema: { response: responses }, serializerCompiler: noSerializer as () => never };
}

/** Fastify's types want a serializer. Where it gets none, it does what it does without a schema. */
const noSerializer = (): undefined => undefined;

function asEndpointRequest(request: FastifyRequest, reply: FastifyReply) {
  const { method, headers } = request;
  return {
    method,
    query: () => splitTarget(request.url).query,
    prefer: headers['prefer']?.toString(),
    authorization: headers.authorization,
    signal: () => signalOfLeaving(reply.raw),
    log: () => asLog(request.log),
  };
}

function asLog(log: FastifyRequest['log']) {
  return {
    error(err: unknown, message: string, note?: string) {
      log.error({ err }, note === undefined ? message : `${message} (${note})`);
    },
    warn(message: string) {
      log.warn(message);
    },
    info(message: string) {
      log.info(message);
    },
  };
}

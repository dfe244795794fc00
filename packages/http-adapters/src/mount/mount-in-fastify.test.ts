import swagger from '@fastify/swagger';
import { CORDON_PATH, createCordon, IN_FLIGHT_COUNT_PATH as PATH } from '@quietgate/core';
import Fastify, { type FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { describe, expect, test, vi } from 'vitest';
import { deployCordon, inFlightCount } from '../fastify.ts';

const CORDON = { cordon: createCordon(), authorize: 'a-token-of-the-deploy-job' };

const FAILING = {
  listDeployments: () => Promise.reject(new Error('postgres://admin:hunter2@db.internal is down')),
};

describe('the plugin', () => {
  test('shows its GET route to those who generate OpenAPI, and nothing else', async () => {
    const app = Fastify();
    await app.register(swagger, { openapi: { info: { title: 'test', version: '1' } } });
    await app.register(inFlightCount, { listDeployments: () => [], quietPath: '/quiet', prefix: '/ops' });
    await app.register(deployCordon, CORDON);
    await app.ready();
    const { paths = {} } = app.swagger() as { paths?: Record<string, object> };
    const answer = (description: string, properties: object) => {
      const schema = { description, type: 'object', properties, required: Object.keys(properties) };
      return { description, content: { 'application/json': { schema } } };
    };
    const responses = {
      200: answer('How many deployments a restart would destroy: zero is quiet', {
        count: { type: 'integer', minimum: 0 },
        ids: { type: 'array', items: { type: 'string' }, maxItems: 1000 },
      }),
      503: answer('The deployments could not be listed', { error: { type: 'string' } }),
    };
    expect(paths).toEqual({ [`/ops${PATH}`]: { get: { responses } } });
  });

  test('keeps its JSON Schema from a serializer compiler that speaks another language', async () => {
    const compiler = vi.fn(() => {
      throw new TypeError('no schema of ours');
    });
    const app = Fastify();
    app.setSerializerCompiler(compiler);
    await app.register(inFlightCount, { listDeployments: () => [] });
    expect((await app.inject(PATH)).json()).toEqual({ count: 0, ids: [] });
    expect(compiler).not.toHaveBeenCalled();
  });

  test('hides its JSON Schema from what reads the schemas of an app that speaks another language', async () => {
    const app = Fastify();
    app.setSerializerCompiler(() => () => 'theirs');
    const onRoute = vi.fn<(route: { method: unknown; schema?: unknown }) => void>();
    app.addHook('onRoute', onRoute);
    await app.register(inFlightCount, { listDeployments: () => [] });
    const gets = onRoute.mock.calls.filter(([{ method }]) => method === 'GET');
    expect(gets).toEqual([[expect.not.objectContaining({ schema: expect.anything() as unknown })]]);
  });

  test.each([200, 401, 404, 503])(
    "sends what a hook of the app's answers with %i as Fastify does",
    async (status) => {
      const app = Fastify();
      app.addHook('onRequest', (_, reply) => reply.code(status).send({ reason: 'maintenance' }));
      await app.register(inFlightCount, { listDeployments: () => [] });
      app.get('/theirs', () => 'theirs');
      const theirs = await app.inject('/theirs');
      expect(theirs.json()).toEqual({ reason: 'maintenance' });
      for (const method of ['GET', 'POST'] as const) {
        const { statusCode, headers, body } = await app.inject({ method, url: PATH });
        expect({ statusCode, body }).toEqual({ statusCode: status, body: theirs.body });
        expect(headers['content-type']).toBe(theirs.headers['content-type']);
      }
    },
  );

  test.each([404, 503])(
    "sends what a hook of the app's throws with %i as Fastify does",
    async (statusCode) => {
      const app = Fastify();
      app.addHook('onRequest', async () => {
        await Promise.reject(Object.assign(new Error('too busy'), { statusCode, code: 'BUSY' }));
      });
      await app.register(inFlightCount, { listDeployments: () => [] });
      app.get('/theirs', () => 'theirs');
      const theirs = await app.inject('/theirs');
      expect(theirs.json()).toMatchObject({ statusCode, code: 'BUSY', message: 'too busy' });
      expect(await app.inject(PATH)).toMatchObject({ statusCode, body: theirs.body });
    },
  );

  /** A compiler that fails on JSON Schema, as zod's does, set before the plugin, after it, or after it has been loaded. */
  const compiler = vi.fn(() => {
    throw new TypeError('no schema of ours');
  });
  const ORDERS: Record<string, (app: FastifyInstance, add: () => unknown) => unknown> = {
    before: (app, add) => add.call(app.setSerializerCompiler(compiler)),
    after: (app, add) => {
      void add();
      app.setSerializerCompiler(compiler);
    },
    'after it was loaded': async (app, add) => {
      await add();
      app.setSerializerCompiler(compiler);
    },
    'in a plugin of its own, later': async (app, add) => {
      await add();
      await app.register(
        fp((whole: FastifyInstance, _, done) => {
          whole.setSerializerCompiler(compiler);
          done();
        }),
      );
    },
  };
  // A function of its own, because fastify-plugin marks the one that it is given.
  const WAYS: Record<string, (app: FastifyInstance) => unknown> = {
    registered: (app) => app.register(inFlightCount, options),
    'wrapped by fastify-plugin': (app) =>
      app.register(fp((whole: FastifyInstance) => inFlightCount(whole, options))),
    'called as a function': (app) => inFlightCount(app, options),
  };
  const options = { listDeployments: () => [] };

  test.each(
    Object.entries(WAYS).flatMap(([way, add]) =>
      Object.entries(ORDERS).map(([order, set]) => ({ way, add, order, set })),
    ),
  )('starts, $way, with a serializer compiler that is set $order', async ({ add, set }) => {
    compiler.mockClear();
    const app = Fastify();
    await set(app, () => add(app));
    expect((await app.inject(PATH)).json()).toEqual({ count: 0, ids: [] });
    expect((await app.inject({ method: 'POST', url: PATH })).statusCode).toBe(405);
    expect(compiler).not.toHaveBeenCalled();
  });

  test('takes the options of register beside its own, and no others', async () => {
    const app = Fastify();
    const registered = { ...options, prefix: '/ops', logLevel: 'silent', logSerializers: {} } as const;
    await app.register(inFlightCount, registered);
    expect((await app.inject(`/ops${PATH}`)).statusCode).toBe(200);
    await expect(
      Fastify().register(inFlightCount, { ...options, listTimeout: 1 } as typeof options),
    ).rejects.toThrow(new TypeError('"listTimeout" is not an option: did you mean "listTimeoutMs"?'));
  });

  test('answers on any path below its prefix, with path false', async () => {
    const app = Fastify();
    app.get('/theirs', () => 'theirs');
    await app.register(inFlightCount, { ...options, path: false, prefix: '/ops' });
    for (const url of ['/ops', '/ops/', '/ops/a', '/ops/a/b?c']) {
      expect((await app.inject(url)).json()).toEqual({ count: 0, ids: [] });
      for (const method of ['POST', 'OPTIONS', 'PROPFIND'] as const)
        expect((await app.inject({ method: method as 'POST', url })).statusCode).toBe(405);
    }
    expect((await app.inject('/theirs')).body).toBe('theirs');
    expect((await app.inject('/opsx')).statusCode).toBe(404);
    const whole = Fastify();
    await whole.register(inFlightCount, { ...options, path: false });
    for (const url of ['/', '/a']) expect((await whole.inject(url)).json()).toEqual({ count: 0, ids: [] });
  });

  test('leaves a not-found handler at the root to the app, with path false', async () => {
    const app = Fastify();
    app.setNotFoundHandler((_, reply) => reply.code(404).send('their own'));
    await app.register(inFlightCount, { ...options, path: false });
    const answer = await app.inject({ method: 'PROPFIND' as 'GET', url: '/a' });
    expect(answer).toMatchObject({ statusCode: 404, body: 'their own' });
  });

  test.each([
    { path: false },
    { path: '/' },
    { path: false, prefix: '/' },
    { path: '/', prefix: '/' },
  ] as const)('leaves what is not found at the root to the app and its hooks, with %j', async (where) => {
    const app = Fastify();
    await app.register(inFlightCount, { ...options, ...where });
    const hook = vi.fn((_, __, done: () => void) => {
      done();
    });
    app.addHook('onRequest', hook);
    const answer = await app.inject({ method: 'PROPFIND' as 'GET', url: '/other' });
    expect([answer.statusCode, hook.mock.calls.length]).toEqual([404, 1]);
  });

  test.each([false, '/'] as const)(
    'leaves the not-found handler to the app, with path %j below a prefix',
    async (path) => {
      const app = Fastify();
      await app.register(
        async (scope) => {
          scope.setNotFoundHandler((_, reply) => reply.code(404).send('their own'));
          await scope.register(inFlightCount, { ...options, path });
        },
        { prefix: '/ops' },
      );
      expect((await app.inject('/ops')).json()).toEqual({ count: 0, ids: [] });
      const theirs = { statusCode: 404, body: 'their own' };
      expect(await app.inject({ method: 'PROPFIND' as 'GET', url: '/ops' })).toMatchObject(theirs);
      if (path !== false) expect(await app.inject('/ops/other')).toMatchObject(theirs);
    },
  );

  test('refuses other methods on its prefix, with and without a slash, with path /', async () => {
    const app = Fastify();
    await app.register(inFlightCount, { ...options, path: '/', prefix: '/ops' });
    for (const url of ['/ops', '/ops/', '/ops?a'])
      for (const [method, status] of Object.entries({ GET: 200, POST: 405, PROPFIND: 405 }))
        expect([url, method, (await app.inject({ method: method as 'GET', url })).statusCode]).toEqual([
          url,
          method,
          status,
        ]);
    expect((await app.inject({ method: 'PROPFIND' as 'GET', url: '/ops/other' })).statusCode).toBe(404);
  });

  test('frees the place of a request that the app has answered meanwhile, and says nothing of it', async () => {
    const log: string[] = [];
    const app = Fastify({ logger: { level: 'warn', stream: { write: (line) => log.push(line) } } });
    app.addHook('preHandler', (_, reply, done) => {
      done();
      setImmediate(() => {
        void reply.code(503).send({ error: 'overloaded' });
      });
    });
    let left: () => void = () => undefined;
    const hasLeft = new Promise<void>((resolve) => {
      left = resolve;
    });
    await app.register(inFlightCount, {
      listDeployments: () => [{ id: 'a', status: 'pending' }],
      maxHoldMs: 3_600_000,
      subscribe: () => left,
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const answer = await fetch(url + PATH, { headers: { prefer: 'wait=3600' } });
    expect([answer.status, await answer.json()]).toEqual([503, { error: 'overloaded' }]);
    await hasLeft;
    await app.close();
    expect(log).toEqual([]);
  });

  test('leaves a reply that cannot be sent to the error handler of the app', async () => {
    const app = Fastify();
    app.setErrorHandler((error, _, reply) => reply.code(418).send(error instanceof Error && error.message));
    app.addHook('preHandler', (_, reply, done) => {
      reply.headers = () => {
        throw new Error('no headers');
      };
      done();
    });
    await app.register(inFlightCount, options);
    expect(await app.inject(PATH)).toMatchObject({ statusCode: 418, body: 'no headers' });
  });

  test('is not asked for a login by a hook of a scope beside it', async () => {
    const app = Fastify();
    await app.register(inFlightCount, options);
    await app.register((scope, _, done) => {
      scope.addHook('onRequest', (__, reply) => reply.code(401).send('who are you?'));
      scope.get('/theirs', () => 'theirs');
      done();
    });
    expect((await app.inject(PATH)).statusCode).toBe(200);
    expect((await app.inject('/theirs')).statusCode).toBe(401);
  });

  test("warns of an unknown status, with the request's logger", async () => {
    const log: Record<string, unknown>[] = [];
    const stream = { write: (line: string) => log.push(JSON.parse(line) as Record<string, unknown>) };
    const app = Fastify({ logger: { level: 'warn', stream }, genReqId: () => 'the request' });
    await app.register(inFlightCount, { listDeployments: () => [{ id: 'a', status: 'wiping' }] });
    await app.inject(PATH);
    await app.inject(PATH);
    expect(log).toEqual([
      expect.objectContaining({
        level: 40,
        reqId: 'the request',
        msg: 'quietgate: run "a" is not counted: unknown status "wiping"; pass classify if a restart would destroy it',
      }),
    ]);
  });

  test("logs a failed listing once, with the request's logger", async () => {
    const log: Record<string, unknown>[] = [];
    const stream = { write: (line: string) => log.push(JSON.parse(line) as Record<string, unknown>) };
    const app = Fastify({ logger: { level: 'error', stream }, genReqId: () => 'the request' });
    await app.register(inFlightCount, FAILING);
    await Promise.all([app.inject(PATH), app.inject(PATH)]);
    expect(log).toEqual([
      expect.objectContaining({
        level: 50,
        reqId: 'the request',
        msg: 'quietgate: the deployments could not be listed',
        err: expect.objectContaining({ message: 'postgres://admin:hunter2@db.internal is down' }) as unknown,
      }),
    ]);
  });

  test("logs how many failures it left out, with the request's logger", async () => {
    const log: unknown[] = [];
    const stream = { write: (line: string) => log.push((JSON.parse(line) as { msg: unknown }).msg) };
    const app = Fastify({ logger: { level: 'error', stream } });
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      await app.register(inFlightCount, FAILING);
      await app.inject(PATH);
      await app.inject(PATH);
      vi.advanceTimersByTime(10_000);
      await app.inject(PATH);
    } finally {
      vi.useRealTimers();
    }
    expect(log).toEqual([
      'quietgate: the deployments could not be listed',
      'quietgate: the deployments could not be listed (1 more since the last report)',
    ]);
  });

  test("logs what becomes of the cordon, with the request's logger", async () => {
    const log: Record<string, unknown>[] = [];
    const stream = { write: (line: string) => log.push(JSON.parse(line) as Record<string, unknown>) };
    const app = Fastify({ logger: { stream }, genReqId: () => 'the request' });
    await app.register(deployCordon, CORDON);
    const url = `${CORDON_PATH}?holder=a&seconds=60`;
    const headers = { authorization: `Bearer ${CORDON.authorize}` };
    expect((await app.inject({ method: 'PUT', url, headers })).statusCode).toBe(200);
    const msg = expect.stringMatching(
      /^quietgate: lease of a raised, expires at .* \(60 s\) unless renewed; new runs are blocked$/,
    ) as unknown;
    expect(log).toContainEqual(expect.objectContaining({ level: 30, reqId: 'the request', msg }));
  });

  test('closes with an endpoint that holds nobody', async () => {
    const app = Fastify();
    await app.register(deployCordon, CORDON);
    await app.ready();
    await expect(app.close()).resolves.toBeUndefined();
  });

  test('logs nothing when there is an onError', async () => {
    const log: string[] = [];
    const onError = vi.fn();
    const app = Fastify({ logger: { level: 'error', stream: { write: (line) => log.push(line) } } });
    await app.register(inFlightCount, { ...FAILING, onError });
    await app.inject(PATH);
    expect(onError).toHaveBeenCalledTimes(1);
    expect(log).toEqual([]);
  });

  test('leaves the rest of the app alone', async () => {
    const app = Fastify();
    const { supportedMethods } = app;
    app.setNotFoundHandler((_, reply) => reply.code(404).send('their own'));
    app.setErrorHandler((_, __, reply) => reply.code(400).send('their own'));
    app.post('/theirs', ({ body }) => ({ body }));
    await app.register(inFlightCount, { listDeployments: () => [] });
    app.get('/later', () => ({}));

    expect(app.supportedMethods).toEqual(supportedMethods);
    expect((await app.inject({ method: 'POST', url: '/theirs', payload: { a: 1 } })).json()).toEqual({
      body: { a: 1 },
    });
    const xml = {
      method: 'POST',
      url: '/theirs',
      headers: { 'content-type': 'text/xml' },
      payload: '<a/>',
    } as const;
    expect(await app.inject(xml)).toMatchObject({ statusCode: 400, body: 'their own' });
    expect((await app.inject('/later')).headers['content-type']).toBe('application/json; charset=utf-8');
    expect(await app.inject({ method: 'DELETE', url: '/later' })).toMatchObject({
      statusCode: 404,
      body: 'their own',
    });
    expect(await app.inject({ url: `${PATH}s` })).toMatchObject({ statusCode: 404, body: 'their own' });
    expect(await app.inject({ method: 'HEAD', url: '/later' })).toMatchObject({ statusCode: 200 });
  });

  test('shows GET and HEAD alike to hooks that come late', async () => {
    const app = Fastify();
    const preHandler = vi.fn<(method: string) => void>();
    app.addHook('preHandler', ({ method }, _, done) => {
      preHandler(method);
      done();
    });
    await app.register(inFlightCount, { listDeployments: () => [] });
    for (const method of ['GET', 'HEAD', 'POST'] as const) await app.inject({ method, url: PATH });
    expect(preHandler.mock.calls).toEqual([['GET'], ['HEAD']]);
  });

  test('leaves a GET to the app that its router turns down, as HEAD', async () => {
    const app = Fastify();
    app.get('/theirs', { constraints: { version: '1.0.0' } }, () => 'theirs');
    await app.register(inFlightCount, { listDeployments: () => [] });
    const headers = { 'accept-version': '9.0.0' };
    for (const method of ['GET', 'HEAD'] as const)
      expect(await app.inject({ method, url: PATH, headers })).toMatchObject({ statusCode: 404 });
  });

  test.each([true, false])(
    'goes before a wildcard of the app, with exposeHeadRoutes %s',
    async (exposeHeadRoutes) => {
      const app = Fastify({ exposeHeadRoutes });
      app.all('/*', () => 'the wildcard');
      await app.register(inFlightCount, { listDeployments: () => [] });
      expect((await app.inject(PATH)).json()).toEqual({ count: 0, ids: [] });
      expect((await app.inject({ method: 'HEAD', url: PATH })).headers['content-length']).toBe('20');
      expect(await app.inject({ method: 'POST', url: PATH })).toMatchObject({ statusCode: 405 });
      expect(await app.inject({ method: 'PROPFIND' as 'GET', url: PATH })).toMatchObject({ statusCode: 405 });
      expect((await app.inject(`${PATH}/x`)).body).toBe('the wildcard');
    },
  );

  test('may be registered more than once', async () => {
    const app = Fastify();
    await app.register(inFlightCount, { listDeployments: () => [] });
    await app.register(inFlightCount, {
      listDeployments: () => [{ id: 'a', status: 'pending' }],
      prefix: '/b',
    });
    expect((await app.inject(PATH)).json()).toEqual({ count: 0, ids: [] });
    expect((await app.inject(`/b${PATH}`)).json()).toEqual({ count: 1, ids: ['a'] });
  });

  test.each([
    { prefix: '', path: '/', url: '/' },
    { prefix: '/ops', path: '/', url: '/ops/' },
    { prefix: '/ops', path: '/', url: '/ops' },
    { prefix: '/ops', path: '/quiet', url: '/ops/quiet' },
  ])('answers on $url with the prefix "$prefix" and the path $path', async ({ prefix, path, url }) => {
    const app = Fastify();
    app.setNotFoundHandler((_, reply) => reply.code(404).send('their own'));
    await app.register(inFlightCount, { listDeployments: () => [], prefix, path });
    expect((await app.inject(url)).json()).toEqual({ count: 0, ids: [] });
    expect(await app.inject({ method: 'HEAD', url })).toMatchObject({ statusCode: 200 });
    expect(await app.inject({ method: 'POST', url })).toMatchObject({ statusCode: 405 });
    expect(await app.inject('/other')).toMatchObject({ statusCode: 404, body: 'their own' });
  });

  test.each([
    { return503OnClosing: true, later: 503 },
    { return503OnClosing: false, later: 200 },
  ])('answers who is held by itself when the app closes, $return503OnClosing', async (given) => {
    const app = Fastify({ return503OnClosing: given.return503OnClosing, forceCloseConnections: false });
    let listings = 0;
    let hasListed: () => void = () => undefined;
    const listed = new Promise<void>((resolve) => (hasListed = resolve));
    await app.register(inFlightCount, {
      listDeployments: () => (++listings === 2 && hasListed(), [{ id: 'a', status: 'pending' }]),
      relistMs: 1,
    });
    // Keeps the server from closing until a later request has been answered.
    let goOn: () => void = () => undefined;
    await app.register((after, _, loaded) => {
      after.addHook('preClose', (done) => {
        goOn = done;
      });
      loaded();
    });
    const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}${PATH}`;
    const ask = (prefer: string) => fetch(url, { headers: { prefer } });
    const held = ask('wait=20');
    await listed;
    const closed = app.close();
    const answer = await held;
    expect(answer.status).toBe(200);
    expect(answer.headers.get('connection')).toBe('close');
    expect(answer.headers.get('preference-applied')).toBe('wait=20');
    const later = await ask('wait=20');
    expect(later.status).toBe(given.later);
    expect(later.headers.get('preference-applied')).toBeNull();
    expect(later.headers.get('connection')).toBe('close');
    await Promise.all([answer.text(), later.text()]);
    goOn();
    await closed;
  });

  test('is refused with wrong options', async () => {
    await expect(
      Fastify().register(inFlightCount, { listDeployments: () => [], listTimeoutMs: 0 }),
    ).rejects.toThrow(new RangeError('listTimeoutMs must be from 1 to 2147483647 milliseconds, got 0'));
  });
});

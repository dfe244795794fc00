import { fileURLToPath } from 'node:url';
import { CORDON_PATH, IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { bundled } from '@quietgate/testkit/bundled';
import { heldClock } from '@quietgate/testkit/held-clock';
import { start } from '@quietgate/testkit/processes';
import { beforeAll, describe, expect, it, vi } from 'vitest';

const CORDON_TOKEN = '0123456789abcdef';
const CREATE_MS = 1_200_000;
const LATENCY_MS = 10;
const LIMIT = { timeout: 60_000 };

let program: string;
beforeAll(async () => {
  program = await bundled(fileURLToPath(new URL('main.ts', import.meta.url)));
});

/** Starts the server on time that stands still. */
async function startServer() {
  const clock = await heldClock();
  const server = start(process.execPath, [program], {
    ...clock.env,
    CORDON_TOKEN,
    PORT: '0',
    LATENCY_MS: String(LATENCY_MS),
    CREATE_SECONDS: String(CREATE_MS / 1000),
    DRAIN_SECONDS: '1740',
  });
  const [, url = ''] = await server.saw(/listening on (http:\/\/localhost:\d+)/);
  const ask = async (method: string, path: string, headers = {}) => {
    const response = await fetch(url + path, { method, headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const cordon = (method: string, query: string) =>
    ask(method, `${CORDON_PATH}?${query}`, { Authorization: `Bearer ${CORDON_TOKEN}` });
  const count = async () => JSON.parse((await ask('GET', IN_FLIGHT_COUNT_PATH)).text) as unknown;
  /** Lets time pass until this has settled. */
  const passing = async <T>(work: Promise<T>): Promise<T> => {
    const pending = new Set([work]);
    const settle = () => pending.delete(work);
    work.then(settle, settle);
    while (pending.size > 0) {
      await clock.advance(LATENCY_MS);
      await new Promise(setImmediate); // a process that has ended takes no time to advance
    }
    return work;
  };
  const askDatabase = (method: string, path: string) => passing(ask(method, path));
  const untilCounted = (ids: readonly string[]) =>
    vi.waitUntil(
      async () => JSON.stringify(await count()) === JSON.stringify({ count: ids.length, ids }),
      LIMIT,
    );
  return { ...server, advance: clock.advance, ask, askDatabase, cordon, count, untilCounted, passing };
}

describe('the server', () => {
  it('counts what it is at, whatever its statuses are called', async () => {
    const { askDatabase, count, advance, untilCounted, passing } = await startServer();
    const created = await askDatabase('POST', '/clusters/t13');
    expect([created.status, created.text]).toEqual([202, '{"id":1,"name":"t13","status":"creating"}']);
    expect(await count()).toEqual({ count: 1, ids: ['t13'] });
    await advance(CREATE_MS);
    await passing(untilCounted([]));
    expect((await askDatabase('GET', '/clusters')).text).toBe('[{"id":1,"name":"t13","status":"running"}]');
  });

  it('counts a run before its insert has ended', async () => {
    const { ask, advance, untilCounted } = await startServer();
    const created = ask('POST', '/clusters/t13');
    await untilCounted(['t13']);
    await advance(LATENCY_MS);
    expect((await created).status).toBe(202);
  });

  it('counts nothing that was not created', async () => {
    const { askDatabase, count } = await startServer();
    await askDatabase('POST', '/clusters/t13');
    expect((await askDatabase('POST', '/clusters/t13')).status).toBe(409);
    expect(await count()).toEqual({ count: 1, ids: ['t13'] });
  });

  it('starts no run while the cordon is up', async () => {
    const { ask, askDatabase, cordon, count } = await startServer();
    expect((await cordon('PUT', 'holder=deploy-7&seconds=12')).status).toBe(200);
    const refused = await ask('POST', '/clusters/t13');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '12']);
    expect(await count()).toEqual({ count: 0, ids: [] });
    await cordon('DELETE', 'holder=deploy-7');
    expect((await askDatabase('POST', '/clusters/t13')).status).toBe(202);
  });

  it('lets its runs end when it is told to, and starts no other', async () => {
    const { ask, askDatabase, advance, child, saw, ended, passing } = await startServer();
    await askDatabase('POST', '/clusters/t13');
    child.kill('SIGTERM');
    await saw('draining 1 in flight');
    expect((await ask('POST', '/clusters/t17')).status).toBe(503);
    await advance(CREATE_MS);
    expect((await passing(ended)).status).toBe(0);
  });
});

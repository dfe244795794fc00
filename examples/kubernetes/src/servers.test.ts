import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { bundled } from '@quietgate/testkit/bundled';
import { heldClock } from '@quietgate/testkit/held-clock';
import { type Env, start } from '@quietgate/testkit/processes';
import { describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

const COUNT_PATH = '/api/v1/deployments/in-flight-count';
const RUN_MS = 1200_000;
const DRAIN_MS = 1740_000;

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Starts a server on time that stands still. */
async function startServer(program: string, env: Env = {}) {
  const clock = await heldClock();
  const server = start(process.execPath, [program], {
    ...clock.env,
    HOST: '127.0.0.1',
    PORT: '0',
    RUN_SECONDS: String(RUN_MS / 1000),
    DRAIN_SECONDS: String(DRAIN_MS / 1000),
    ...env,
  });
  const [, url = ''] = await server.saw(/listening (?:on|at) (http:\/\/[\d.:]+)/);
  const ask = async (method: string, where: string) => {
    const response = await fetch(url + where, { method });
    return { status: response.status, headers: response.headers, text: (await response.text()).trim() };
  };
  /** Sends a long poll, and resolves once it is on its way. */
  const poll = async () => {
    const sent = request(url + COUNT_PATH, { headers: { Prefer: 'wait=25' } });
    const responded = once(sent, 'response') as Promise<[IncomingMessage]>;
    await new Promise<void>((resolve) => sent.end(resolve));
    const answer = async () => {
      const [response] = await responded;
      return [response.headers['preference-applied'], await text(response)];
    };
    return { answer };
  };
  /** Sends SIGTERM, and resolves once the process has heard of it. */
  const terminate = async () => {
    server.child.kill('SIGTERM');
    await server.saw('draining');
  };
  return { ...server, advance: clock.advance, ask, poll, terminate };
}

/** The program that a script of the manifest starts. */
const programOf = (script: string) => bundled(path(`../${script.replace('node --import tsx ', '')}`));
const onNode = await programOf(packageJson.scripts.start);

describe.each([
  ['plain Node', onNode],
  ['Fastify', await programOf(packageJson.scripts['start:fastify'])],
])('%s, told to end', (_, program) => {
  it('answers whom it holds, lets the run in flight end, starts no other, and exits with 0', async () => {
    const { ask, poll, terminate, advance, ended } = await startServer(program);
    expect((await ask('GET', '/readyz')).status).toBe(200);
    const { status, text: id } = await ask('POST', '/runs');
    expect(status).toBe(202);
    const held = await poll();
    await ask('GET', COUNT_PATH); // sent later, so that the one before has come when it is answered
    await terminate();

    const refused = await ask('POST', '/runs');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30']);
    expect(refused.text).toContain('this server is shutting down; try again in 30 s');
    expect(await ask('GET', '/readyz')).toMatchObject({ status: 503, text: 'draining' });
    expect(await ask('GET', '/livez')).toMatchObject({ status: 200, text: 'alive' });
    const count = `{"count":1,"ids":["${id}"]}`;
    expect(await held.answer()).toEqual(['wait=25', count]);
    expect(await (await poll()).answer()).toEqual([undefined, count]);

    await advance(RUN_MS - 1);
    expect((await ask('GET', '/livez')).status).toBe(200);
    await advance(1);
    expect((await ended).status).toBe(0);
  });

  it('ends before the grace period does when a run is stuck, and says which, with status 1', async () => {
    const { ask, terminate, advance, ended } = await startServer(program, { RUN_SECONDS: '1000000' });
    const { text: id } = await ask('POST', '/runs');
    await terminate();
    await advance(DRAIN_MS - 1);
    expect((await ask('GET', '/livez')).status).toBe(200);
    await advance(1);
    const { status, stdout, stderr } = await ended;
    expect(status).toBe(1);
    expect(stdout + stderr).toContain(id);
  });

  it('ends at once at a second signal, with status 1', async () => {
    const { ask, child, terminate, ended } = await startServer(program);
    await ask('POST', '/runs');
    await terminate();
    child.kill('SIGTERM');
    expect((await ended).status).toBe(1);
  });

  it('ends at once when nothing is in flight, with status 0', async () => {
    const { child, ended } = await startServer(program);
    child.kill('SIGTERM');
    expect((await ended).status).toBe(0);
  });
});

it('refuses a time that is none when it starts, not when it ends', async () => {
  await expect(startServer(onNode, { DRAIN_SECONDS: '29m' })).rejects.toThrow(
    'maxWaitMs must be from 1 to 2147483647 milliseconds, got NaN',
  );
});

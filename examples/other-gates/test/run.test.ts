import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createInFlightIndex, QUIET_PATH } from '@quietgate/core';
import { inFlightCount } from '@quietgate/http-adapters/fetch';
import { bundled } from '@quietgate/testkit/bundled';
import { listen, nobody, portOfItsOwn } from '@quietgate/testkit/endpoint';
import { heldClock } from '@quietgate/testkit/held-clock';
import { start } from '@quietgate/testkit/processes';
import { describe, expect, it } from 'vitest';

const path = (relative: string) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const script = (file: string) => readFileSync(path(file), 'utf8');

/** The endpoint by the status alone, whose run ends with the first answer, and which says to ask again in a second. */
async function server() {
  const index = createInFlightIndex();
  index.set({ id: 't13', status: 'tofu-applying' });
  const answer = inFlightCount({ listDeployments: () => index, quietPath: QUIET_PATH });
  const answered: string[] = [];
  const server = createServer(({ method = '', url = '' }, response) => {
    void answer(new Request(`http://localhost${url}`, { method })).then(async ({ status, body }) => {
      answered.push(`${method} ${status}`);
      response.writeHead(status, { 'Retry-After': '1' }).end(await new Response(body).text());
      index.delete('t13');
    });
  });
  return { url: `http://127.0.0.1:${await listen(server)}`, answered };
}

const hasCurl = spawnSync('sh', ['-c', 'curl --version']).status === 0;

describe.skipIf(!hasCurl)('curl.sh, where a shell and curl are installed', () => {
  const curl = script('curl.sh').replace('--retry-delay 20', '--retry-delay 1');
  const strict = curl.replace(' || true', '');

  it('waits for as long as the server says, and then goes on', async () => {
    const { url, answered } = await server();
    const ended = await start('sh', ['-c', strict], { API: url }).ended;
    expect(ended).toMatchObject({ status: 0, stdout: '' });
    expect(answered).toEqual(['GET 503', 'GET 200']);
  });

  it('goes on where nothing answers, by its last words', async () => {
    const API = await nobody();
    const statusOf = async (text: string) => (await start('sh', ['-c', text], { API }).ended).status;
    expect(await statusOf(curl)).toBe(0);
    expect(await statusOf(strict)).not.toBe(0);
  });
});

const hasShell = spawnSync('sh', ['-c', 'true']).status === 0;

it.skipIf(!hasShell)('wait-on.sh waits for a status of 2xx, where a shell is installed', async () => {
  const { url, answered } = await server();
  const waitOn = fileURLToPath(import.meta.resolve('wait-on/bin/wait-on'));
  const text = script('wait-on.sh')
    .replace('npx --yes wait-on@9', `'${process.execPath}' '${waitOn}'`)
    .replace('--interval 20000', '--interval 10')
    .replace(' || true', '');
  expect(await start('sh', ['-c', text], { API: url }).ended).toMatchObject({ status: 0 });
  expect(answered[0]).toBe('HEAD 503');
  expect(answered.at(-1)).toBe('HEAD 200');
});

it('serves what the gates ask for, by the one command of the README', async () => {
  const [port, clock] = [await portOfItsOwn(), await heldClock()];
  const { saw } = start(process.execPath, [await bundled(path('src/main.ts'))], {
    ...clock.env,
    PORT: String(port),
  });
  await saw(`http://127.0.0.1:${port} is busy for a minute, then quiet\n`);
  const ask = async (method: string) => {
    const body = method === 'POST' ? JSON.stringify({ name: 'catalyst-api', phase: 'Progressing' }) : null;
    const { status, headers } = await fetch(`http://127.0.0.1:${port}${QUIET_PATH}`, { method, body });
    return [status, headers.get('retry-after')];
  };
  // As curl asks, as wait-on, and as Flagger, which goes on at any status up to 202.
  expect(await Promise.all(['GET', 'HEAD', 'POST'].map(ask))).toEqual(Array(3).fill([503, '20']));
  await clock.advance(60_000);
  expect(await Promise.all(['GET', 'HEAD', 'POST'].map(ask))).toEqual(Array(3).fill([200, null]));
});

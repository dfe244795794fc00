import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { IN_FLIGHT_COUNT_PATH, waitForQuiet } from '@quietgate/core';
import { makeCheckPlan, checkServer, type Setting } from '@quietgate/job';
import { describe, expect, it, onTestFinished } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));
const noPython = spawnSync('python3', ['-c', '']).status === 0 ? '' : 'there is no python3 here';
const TOKEN = 'example-token-of-the-deploy-job';

/** Starts the server of the example with these runs in flight. */
async function startServer(...runs: readonly string[]) {
  const server = spawn('python3', ['server.py', '0'], {
    cwd: folder,
    env: { ...process.env, CORDON_TOKEN: TOKEN, PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void server.kill('SIGKILL'));
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  const url = line.toString().trim();
  for (const run of runs) await begin(url, run);
  return { server, url };
}

const begin = (url: string, run: string) => fetch(`${url}/runs/${run}`, { method: 'PUT' });
const end = (url: string, run: string) => fetch(`${url}/runs/${run}`, { method: 'DELETE' });

describe.skipIf(noPython !== '')(`a server in Python${noPython && `: skipped, ${noPython}`}`, () => {
  it('classifies as the table does', () => {
    const script = `
import json
from status_table import classify
print(json.dumps([each for each in json.load(open('../../conformance/status-table.json')) if classify(each['record']) != each['class']]))`;
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
    const wrong = execFileSync('python3', ['-c', script], { cwd: folder, env, encoding: 'utf8' });
    expect(JSON.parse(wrong)).toEqual([]);
    expect(readFileSync(new URL('../../../conformance/status-table.json', import.meta.url), 'utf8')).not.toBe(
      '[]',
    );
  });

  it.each([
    ['quiet', []],
    ['busy', ['t13', 't17']],
  ])('keeps to the protocol: %s', async (_, runs) => {
    const { url } = await startServer(...runs);
    const settings = [
      ['url', url],
      ['with-cordon', 'true'],
      ['cordon-token', TOKEN],
      ['request-timeout', '60s'],
    ].map(([name = '', value = '']): [string, Setting[]] => [name, [{ name, value }]]);
    const { checks } = await checkServer(makeCheckPlan(new Map(settings), {}), {});
    expect(checks.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
    expect(checks).toHaveLength(24);
  });

  it('is gated to its end, under a cordon that refuses new runs', async () => {
    const { url } = await startServer('t13');
    const events: string[] = [];
    const refused: number[] = [];
    const result = await waitForQuiet({
      url,
      cordon: { token: TOKEN, holder: 'deploy-42', leaseMs: 60_000 },
      onEvent(event) {
        events.push(event.type);
        if (event.type !== 'waiting') return;
        void begin(url, 't14')
          .then(({ status }) => refused.push(status))
          .then(() => end(url, 't13'));
      },
    });
    expect(result).toMatchObject({ outcome: 'quiet', cordon: { up: true, holder: 'deploy-42' } });
    expect(events[0]).toBe('cordoned');
    expect(refused[0]).toBe(503);
  });

  it('answers what is pending when it is to end', async () => {
    const { url, server } = await startServer('t13');
    const pending = fetch(url + IN_FLIGHT_COUNT_PATH, { headers: { Prefer: 'wait=20' } });
    const other = fetch(url + IN_FLIGHT_COUNT_PATH, { headers: { Prefer: 'wait=0' } });
    await other;
    server.kill('SIGTERM');
    const response = await pending;
    expect(response.headers.get('connection')).toBe('close');
    expect(await response.json()).toEqual({ count: 1, ids: ['t13'] });
    await once(server, 'close');
  });
});

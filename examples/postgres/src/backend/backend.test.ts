import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CORDON_PATH, fetchInFlightCount, waitForQuiet } from '@quietgate/core';
import { applySchema } from '@quietgate/postgres';
import { bundled } from '@quietgate/testkit/bundled';
import { type Cluster, startCluster } from '@quietgate/testkit/embedded-cluster';
import { start } from '@quietgate/testkit/processes';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const CORDON_TOKEN = '0123456789abcdef';
const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster();
  const pool = new pg.Pool({ connectionString: cluster.url });
  await applySchema(pool);
  await pool.end();
}, 300_000);
afterAll(() => cluster.stop());

/** The lines of code of a file, without comments. */
function linesOf(name: string): string[] {
  const lines = readFileSync(file(name), 'utf8').split('\n');
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('/*'));
}

/** The status and the id of an answer; of a refusal the id is none. */
async function read(answer: Response) {
  const { id } = answer.ok ? ((await answer.json()) as { id: number }) : { id: NaN };
  return { status: answer.status, id };
}

describe.each(['one-process.ts', 'replicas.ts'])('a backend as in %s', (name) => {
  test('is gated, cordoned and drained in at most 12 lines more', () => {
    const before = linesOf('ungated.ts');
    const added = linesOf(name).filter((line) => {
      const at = before.indexOf(line);
      if (at >= 0) before.splice(at, 1);
      return at < 0;
    });
    expect(added.length, added.join('\n')).toBeLessThanOrEqual(12);
  });

  test('counts a job from before its insert to its end, refuses one under the cordon, and ends after the last', async () => {
    const server = start(process.execPath, [await bundled(file(name))], {
      PORT: '0',
      CORDON_TOKEN,
      DATABASE_URL: cluster.url,
    });
    const [, url = ''] = await server.saw(/listening on (\S+)/);
    const begin = () => fetch(`${url}/jobs`, { method: 'POST' });
    const finish = (id: number) => fetch(`${url}/jobs/${id}`, { method: 'DELETE' });
    const beginAndFinish = async () => {
      const { status, id } = await read(await begin());
      if (status === 202) await finish(id);
      return status;
    };
    const answered = begin();
    await expect
      .poll(() => fetchInFlightCount({ url }), { timeout: 60_000 })
      .toEqual({ count: 1, ids: ['1'] });
    expect(await read(await answered)).toEqual({ status: 202, id: 1 });

    const headers = { Authorization: `Bearer ${CORDON_TOKEN}` };
    await fetch(`${url}${CORDON_PATH}?holder=deploy-7&seconds=60`, { method: 'PUT', headers });
    const refused = await begin();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '30']);

    const quiet = waitForQuiet({ url });
    await finish(1);
    expect(await quiet).toMatchObject({ outcome: 'quiet' });
    await fetch(`${url}${CORDON_PATH}?holder=deploy-7`, { method: 'DELETE', headers });

    expect((await begin()).status).toBe(202);
    server.child.kill('SIGTERM');
    await expect.poll(beginAndFinish, { timeout: 60_000 }).toBe(503);
    await finish(3);
    expect(await server.ended).toMatchObject({ status: 0 });
  });
});

import { cp, link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countInFlight } from '@quietgate/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeploymentStore } from './deployment-store.ts';
import { createDeploymentStore } from './deployment-store.ts';
import { beginRun } from './provisioning-run.ts';

const SEED = fileURLToPath(new URL('../seed/', import.meta.url));
const DAMAGED = ['.65cd3375ad921eaf.184467.json.tmp', '3aa65cb3c3f7351d.json', 'a992587e4544c66c.json'];

let directory: string;
let warnings: string[];
let store: DeploymentStore;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'store-'));
  warnings = [];
  store = createDeploymentStore(directory, { warn: (message) => warnings.push(message) });
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

const put = (name: string, text: string) => writeFile(join(directory, name), text);
const contents = async () => {
  const names = (await readdir(directory)).sort();
  return Promise.all(
    names.map(async (name) => [name, await readFile(join(directory, name), 'latin1')] as const),
  );
};
const begin = (id: string) => beginRun(id, 't13', new Date(0));

describe('with the seed records', () => {
  beforeEach(async () => {
    await cp(SEED, directory, { recursive: true });
  });

  it('lists the thirteen, four of them in flight', async () => {
    const records = await store.list();
    expect(records).toHaveLength(13);
    expect(countInFlight(records)).toEqual({
      count: 4,
      ids: ['62de4745b783a6e3', '65cd3375ad921eaf', '8212b8573c38b3fc', 'bcc7cc2317f9633e'],
    });
  });

  it('warns of each damaged file, by name and with what is wrong, once', async () => {
    await store.list();
    await store.list();
    expect(warnings.sort()).toEqual([
      `skipped "${join(directory, DAMAGED[0] ?? '')}": its name is not that of a record, <id>.json`,
      `skipped "${join(directory, DAMAGED[1] ?? '')}": it is torn, or not JSON`,
      `skipped "${join(directory, DAMAGED[2] ?? '')}": it is empty`,
    ]);
  });

  it('leaves every file as it is, to the byte', async () => {
    const before = await contents();
    await store.list();
    await expect(store.update('3aa65cb3c3f7351d', begin.bind(null, '3aa65cb3c3f7351d'))).rejects.toThrow(
      'it is torn',
    );
    await expect(store.update('a992587e4544c66c', begin.bind(null, 'a992587e4544c66c'))).rejects.toThrow(
      'it is empty',
    );
    expect(await contents()).toEqual(before);
  });

  it('rewrites a record with the fields that nobody here knows, in their order', async () => {
    const before = await readFile(join(directory, '65cd3375ad921eaf.json'), 'utf8');
    await store.update('65cd3375ad921eaf', (record) => ({ ...record, status: 'failed' }));
    const after = await readFile(join(directory, '65cd3375ad921eaf.json'), 'utf8');
    expect(after.trimEnd()).toBe(before.trimEnd().replace('"tofu-applying"', '"failed"'));
  });
});

describe('list', () => {
  it('shows what is on disk at that moment', async () => {
    await put('a1.json', '{"id":"a1","status":"pending"}');
    expect(await store.list()).toEqual([{ id: 'a1', status: 'pending' }]);
    await put('a1.json', '{"id":"a1","status":"ready"}');
    expect(await store.list()).toEqual([{ id: 'a1', status: 'ready' }]);
    await rm(join(directory, 'a1.json'));
    expect(await store.list()).toEqual([]);
  });

  it('warns again of a file that is damaged anew', async () => {
    await put('a1.json', '');
    await store.list();
    await put('a1.json', '{');
    await store.list();
    expect(warnings).toEqual([
      expect.stringContaining('it is empty'),
      expect.stringContaining('it is torn, or not JSON'),
    ]);
  });

  it('skips what is not a regular file', async () => {
    await mkdir(join(directory, 'a1.json'));
    await symlink('/dev/zero', join(directory, 'b2.json'));
    expect(await store.list()).toEqual([]);
    expect(warnings.sort()).toEqual([
      expect.stringContaining('a1.json": it is not a regular file'),
      expect.stringContaining('b2.json": it is not a regular file'),
    ]);
  });

  it('skips what is over 4 MiB long, and reads what is not', async () => {
    const record = '{"id":"a1","status":"pending"}';
    await put('a1.json', record.padEnd(4 * 1024 * 1024));
    await put('b2.json', record.replace('a1', 'b2').padEnd(4 * 1024 * 1024 + 1));
    expect(await store.list()).toEqual([{ id: 'a1', status: 'pending' }]);
    expect(warnings).toEqual([expect.stringContaining('b2.json": it is over 4194304 bytes long')]);
    expect(await store.scan()).toEqual({ records: [{ id: 'a1', status: 'pending' }], unreadable: ['b2'] });
  });

  it('rejects when the directory cannot be read: that is no empty answer', async () => {
    await expect(createDeploymentStore(join(directory, 'missing')).list()).rejects.toThrow('ENOENT');
  });

  it('does not take a record that is being written for a foreign file', async () => {
    const writes = Array.from({ length: 20 }, () => store.create(begin));
    const listings = Array.from({ length: 20 }, () => store.list());
    await Promise.all([...writes, ...listings]);
    expect(await store.list()).toHaveLength(20);
    expect(warnings).toEqual([]);
  });
});

describe('scan', () => {
  it('looks at some alone', async () => {
    for (const id of ['a1', 'b2', 'c3']) await put(`${id}.json`, JSON.stringify({ id, status: 'pending' }));
    const { records } = await store.scan(['c3', 'a1', 'd4']);
    expect(records.map(({ id }) => id)).toEqual(['c3', 'a1']);
  });

  it('takes nothing that was damaged for a run in flight', async () => {
    await put('a1.json', '');
    await put('b2.json', '{"id":"b2","status":"tofu-app');
    expect(await store.scan()).toEqual({ records: [], unreadable: [] });
  });

  it('keeps the order of many', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `a${String(index).padStart(3, '0')}`);
    for (const id of ids) await put(`${id}.json`, JSON.stringify({ id, status: 'pending' }));
    expect((await store.list()).map(({ id }) => id)).toEqual(ids);
  });
});

describe('get', () => {
  it('finds a record', async () => {
    const { id } = await store.create(begin);
    expect(await store.get(id)).toEqual(begin(id));
  });

  it.each(['', '.', '..', '../a1', 'a/b', 'a\\b', 'a1.json', 'a\0', '-a', 'a'.repeat(65), 'none'])(
    'finds nothing under %j',
    async (id) => {
      await put('a1.json', '{"id":"a1","status":"pending"}');
      expect(await store.get(id)).toBeUndefined();
    },
  );
});

describe('create', () => {
  it('names the file after a new id of 16 hexadecimal digits, and leaves nothing else behind', async () => {
    const { id } = await store.create(begin);
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(await readdir(directory)).toEqual([`${id}.json`]);
  });

  it('never writes over a file that is there, a damaged one included', async () => {
    await put('a1.json', '');
    await put('b2.json', '{"id":"b2","status":"ready"}');
    await put('target', 'precious');
    await link(join(directory, 'target'), join(directory, 'c3.json'));
    const before = await contents();
    const ids = ['a1', 'b2', 'c3', 'd4'];
    const colliding = createDeploymentStore(directory, { newId: () => ids.shift() ?? 'none' });
    expect(await colliding.create(begin)).toEqual(begin('d4'));
    expect((await contents()).filter(([name]) => name !== 'd4.json')).toEqual(before);
  });

  it('takes no id that leads out of the directory', async () => {
    const astray = createDeploymentStore(directory, { newId: () => '../a1' });
    await expect(astray.create(begin)).rejects.toThrow('"../a1" is not the id of a deployment');
  });
});

describe('update', () => {
  it('starts from what is on disk now', async () => {
    const { id } = await store.create(begin);
    await put(`${id}.json`, JSON.stringify({ id, status: 'pending', adoptedAt: '2026-05-18T08:00:00Z' }));
    await store.update(id, (record) => ({ ...record, status: 'provisioning' }));
    expect(await store.get(id)).toEqual({ id, status: 'provisioning', adoptedAt: '2026-05-18T08:00:00Z' });
  });

  it('writes nothing when there is nothing to change', async () => {
    const text = '{"id":"a1","status":"ready"}';
    await put('a1.json', text);
    expect(await store.update('a1', () => undefined)).toEqual({ id: 'a1', status: 'ready' });
    expect(await contents()).toEqual([['a1.json', text]]);
  });

  it('leaves nothing behind but the new record', async () => {
    await put('a1.json', '{"id":"a1","status":"ready"}');
    await store.update('a1', (record) => ({ ...record, status: 'wiped' }));
    expect(await readdir(directory)).toEqual(['a1.json']);
  });

  it('says so when there is no such record', async () => {
    await expect(store.update('a1', () => undefined)).rejects.toThrow('there is no deployment a1');
  });
});

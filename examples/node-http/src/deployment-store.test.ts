import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countInFlight } from '@quietgate/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeploymentStore } from './deployment-store.ts';
import { createDeploymentStore } from './deployment-store.ts';
import { beginRun } from './provisioning-run.ts';

const SEED = fileURLToPath(new URL('../seed/', import.meta.url));
const DAMAGED = ['3aa65cb3c3f7351d.json', 'a992587e4544c66c.json'];

let directory: string;
let warnings: string[];
let store: DeploymentStore;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'store-'));
  warnings = [];
  store = createDeploymentStore(directory, (message) => warnings.push(message));
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
      `skipped "${join(directory, DAMAGED[0] ?? '')}": it is torn, or not JSON`,
      `skipped "${join(directory, DAMAGED[1] ?? '')}": it is empty`,
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

  it('rejects when the directory cannot be read: that is no empty answer', async () => {
    await expect(createDeploymentStore(join(directory, 'missing'), () => undefined).list()).rejects.toThrow(
      'ENOENT',
    );
  });

  it('sees each record whole while it is being written, or not at all', async () => {
    const writes = Array.from({ length: 20 }, (_, index) => store.create(begin(`a${index}`)));
    const listings = Array.from({ length: 20 }, () => store.list());
    await Promise.all([...writes, ...listings]);
    expect(await store.list()).toHaveLength(20);
    expect(warnings).toEqual([]);
  });
});

describe('get', () => {
  it('finds a record', async () => {
    await store.create(begin('a1'));
    expect(await store.get('a1')).toEqual(begin('a1'));
  });

  it.each(['', '.', '..', '../a1', 'a/b', 'a\\b', 'a1.json', 'a\0', '-a', 'a'.repeat(65), 'none'])(
    'finds nothing under %j',
    async (id) => {
      await put('a1.json', '{"id":"a1","status":"pending"}');
      expect(await store.get(id)).toBeUndefined();
    },
  );
});

describe('update', () => {
  it('starts from what is on disk now', async () => {
    await store.create(begin('a1'));
    await put('a1.json', '{"id":"a1","status":"pending","adoptedAt":"2026-05-18T08:00:00Z"}');
    await store.update('a1', (record) => ({ ...record, status: 'provisioning' }));
    expect(await store.get('a1')).toEqual({
      id: 'a1',
      status: 'provisioning',
      adoptedAt: '2026-05-18T08:00:00Z',
    });
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
    await expect(store.update('a1', () => undefined)).rejects.toThrow('ENOENT');
  });
});

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundled } from '@quietgate/testkit/bundled';
import { start } from '@quietgate/testkit/processes';
import { codeBlocks } from '@quietgate/testkit/readme';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CHANGES_SCHEMA, CORDON_SCHEMA } from '../src/schema.ts';
import { administer, connect, createDatabase, DRIVERS } from './database.ts';

const blocks = codeBlocks(new URL('../README.md', import.meta.url));
const folder = fileURLToPath(new URL('../.readme/', import.meta.url));

beforeAll(() => mkdir(folder, { recursive: true }));
afterAll(() => rm(folder, { recursive: true }));

/** Runs the code under a heading in a process of its own, and returns what it printed. */
async function runCode(heading: string, url: string) {
  const found = blocks.filter((block) => block.heading === heading && block.info === 'ts');
  expect(found).toHaveLength(1);
  const file = `${folder}${heading.replaceAll(/\W/g, '-')}.ts`;
  await writeFile(file, String(found[0]?.code));
  const { stdout, stderr, status } = await start(process.execPath, [await bundled(file)], {
    DATABASE_URL: url,
  }).ended;
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

test('its runs are in flight, and its process ends', async () => {
  expect(await runCode('Runs', await createDatabase())).toBe("[ { id: 't13' } ]\n");
});

test('its server with records inserts a job, and its trigger can be created', async () => {
  const url = await createDatabase(`
    ${CORDON_SCHEMA} ${CHANGES_SCHEMA} create table jobs (id text primary key, status text)`);
  const trigger = blocks.find(({ info }) => info === 'sql');
  await administer(String(trigger?.code), url);
  await runCode('A server with records', url);
  for (const driver of DRIVERS) {
    const { ask } = connect(driver, url);
    expect(await ask('select id, status from jobs')).toEqual([{ id: 't13', status: 'running' }]);
  }
});

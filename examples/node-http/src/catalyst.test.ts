import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@quietgate/core';
import { countInFlight, RunRefused } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Catalyst } from './catalyst.ts';
import { createCatalyst } from './catalyst.ts';

const SEED = fileURLToPath(new URL('../seed/', import.meta.url));
const STEP_MS = 60_000;
const STARTED_AT = Date.UTC(2026, 4, 17, 13);
const LIMIT = { timeout: 60_000 };

let directory: string;
let said: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'catalyst-'));
  said = [];
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

function make(clock: Clock, seed?: string, within: string = directory, stepMs = STEP_MS): Catalyst {
  const say = (message: string) => said.push(message);
  const now = () => new Date(STARTED_AT + clock.now());
  return createCatalyst({ directory: within, seed, stepMs, clock, now, log: say, warn: say });
}

/** Time that stands still until it is moved on. */
const stopped = () => createVirtualClock({ autoAdvance: false });

const statuses = async (catalyst: Catalyst) =>
  Object.fromEntries((await catalyst.list()).map(({ id, status }) => [id, status]));

const idsInFlight = async (catalyst: Catalyst) =>
  countInFlight(await catalyst.counting.listDeployments()).ids;

async function untilStatus(catalyst: Catalyst, id: string, status: string) {
  return vi.waitUntil(async () => {
    const record = await catalyst.get(id);
    return record?.status === status ? record : undefined;
  }, LIMIT);
}

describe('a run', () => {
  it('takes one step at a time, each on disk before the next begins', async () => {
    const clock = stopped();
    const catalyst = make(clock);
    const { id } = await catalyst.start('t13');
    expect(await statuses(catalyst)).toEqual({ [id]: 'pending' });
    for (const status of [
      'provisioning',
      'tofu-applying',
      'flux-bootstrapping',
      'phase1-watching',
      'ready',
    ]) {
      await vi.waitUntil(() => clock.pending === 1, LIMIT);
      await clock.advance(STEP_MS);
      await untilStatus(catalyst, id, status);
    }
    expect(clock.pending).toBe(0);
  });

  it('ends where it is when its record is adopted on the way', async () => {
    const clock = stopped();
    const catalyst = make(clock);
    const { id } = await catalyst.start('t13');
    const adopted = JSON.stringify({ id, status: 'pending', adoptedAt: '2026-05-18T08:00:00Z' });
    await writeFile(join(directory, `${id}.json`), adopted);
    await clock.advance(STEP_MS);
    await vi.waitUntil(() => said.length === 2, LIMIT);
    expect(await catalyst.get(id)).toEqual(JSON.parse(adopted));
    expect(clock.pending).toBe(0);
  });

  it('stops with a warning when its file is damaged on the way, and leaves the file alone', async () => {
    const clock = stopped();
    const catalyst = make(clock);
    const { id } = await catalyst.start('t13');
    await writeFile(join(directory, `${id}.json`), '{"id":');
    await clock.advance(STEP_MS);
    const stop = await vi.waitUntil(() => said.find((line) => line.includes('stopped')), LIMIT);
    expect(stop).toContain('it is torn, or not JSON');
    expect(await catalyst.list()).toEqual([]);
    expect(await idsInFlight(catalyst)).toEqual([id]);
  });

  it('is in flight from its start to the end of Phase 0', async () => {
    const clock = stopped();
    const catalyst = make(clock);
    const { id } = await catalyst.start('t13');
    for (const status of ['provisioning', 'tofu-applying', 'flux-bootstrapping']) {
      expect(await idsInFlight(catalyst)).toEqual([id]);
      await vi.waitUntil(() => clock.pending === 1, LIMIT);
      await clock.advance(STEP_MS);
      await untilStatus(catalyst, id, status);
    }
    await vi.waitUntil(() => clock.pending === 1, LIMIT);
    await clock.advance(STEP_MS);
    await vi.waitUntil(() => clock.pending === 1, LIMIT);
    expect(await statuses(catalyst)).toEqual({ [id]: 'phase1-watching' });
    expect(await idsInFlight(catalyst)).toEqual([]);
  });
});

describe('the heartbeat of a run', () => {
  const count = async (catalyst: Catalyst) =>
    countInFlight(await catalyst.counting.listDeployments(), catalyst.counting).count;

  it('is written by its own work, with each step and each minute in between', async () => {
    const clock = stopped();
    const catalyst = make(clock, undefined, directory, 150_000);
    const { id } = await catalyst.start('t13');
    const seen: unknown[] = [];
    for (const afterMs of [0, 60_000, 60_000, 30_000]) {
      await clock.advance(afterMs);
      await vi.waitUntil(() => clock.pending === 1, LIMIT);
      const record = await catalyst.get(id);
      seen.push([record?.status, record?.heartbeatAt]);
    }
    expect(seen).toEqual([
      ['pending', '2026-05-17T13:00:00.000Z'],
      ['pending', '2026-05-17T13:01:00.000Z'],
      ['pending', '2026-05-17T13:02:00.000Z'],
      ['provisioning', '2026-05-17T13:02:30.000Z'],
    ]);
  });

  it('is missed for a quarter of an hour, and then the run blocks no deploy, but may still live', async () => {
    const clock = stopped();
    const catalyst = make(clock);
    const { id } = await catalyst.start('t13');
    await writeFile(join(directory, `${id}.json`), '{"id":'); // of which its work dies
    await clock.advance(STEP_MS);
    await vi.waitUntil(() => said.some((line) => line.includes('stopped')), LIMIT);
    await clock.advance(13 * 60_000);
    // A minute of looking at it has to confirm it.
    for (const ms of [0, 30_000, 29_999]) {
      await clock.advance(ms);
      expect(await count(catalyst)).toBe(1);
    }
    await clock.advance(1);
    expect(await count(catalyst)).toBe(0);
    expect(said.at(-1)).toBe(
      `t13 ${id}: no heartbeat since 2026-05-17T13:00:00.000Z, so it blocks no deploy; its process may still live`,
    );
  });

  it('is not missed where there never was one', async () => {
    const clock = stopped();
    const catalyst = make(clock, SEED);
    await catalyst.open();
    await clock.advance(24 * 3_600_000);
    expect(await count(catalyst)).toBe(4);
  });
});

describe('the cordon', () => {
  it('refuses runs while it is up, and says whose it is', async () => {
    const catalyst = make(stopped());
    await catalyst.open();
    catalyst.cordon.raise('deploy-7', 60_000);
    const refusal = await catalyst.start('t13').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RunRefused);
    expect(refusal).toMatchObject({ holders: ['deploy-7'] });
    expect(await readdir(directory)).toEqual([]);
    expect(await idsInFlight(catalyst)).toEqual([]);
    catalyst.cordon.lift('deploy-7');
    expect(await idsInFlight(catalyst)).toEqual([]);
    const { id } = await catalyst.start('t13');
    expect(await idsInFlight(catalyst)).toEqual([id]);
  });

  it('lets no run through that a listing under it does not see', async () => {
    const catalyst = make(stopped());
    await catalyst.open();
    const starts = Array.from({ length: 50 }, async (_, index) => {
      for (let turn = 0; turn < index; turn++) await Promise.resolve();
      return catalyst.start('t13').then(
        ({ id }) => id,
        () => 'refused',
      );
    });
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    catalyst.cordon.raise('deploy-7', 60_000);
    const seen = countInFlight(await catalyst.counting.listDeployments()).ids;
    const started = (await Promise.all(starts)).filter((id) => id !== 'refused');
    expect(seen).toEqual(started.sort());
    expect(started.length).toBeGreaterThan(0);
    expect(started.length).toBeLessThan(50);
  });

  it('keeps no run in the count that could not be written', async () => {
    const catalyst = make(stopped(), undefined, join(directory, 'gone'));
    await catalyst.open();
    await rm(join(directory, 'gone'), { recursive: true });
    await expect(catalyst.start('t13')).rejects.toThrow('ENOENT');
    await mkdir(join(directory, 'gone'));
    expect(await idsInFlight(catalyst)).toEqual([]);
  });
});

describe('open', () => {
  it('touches nothing before it is called', async () => {
    make(stopped(), SEED);
    expect(await readdir(directory)).toEqual([]);
  });

  it('makes a directory that is missing', async () => {
    await make(stopped(), undefined, join(directory, 'not', 'yet')).open();
    expect(await readdir(directory, { recursive: true })).toEqual(['not', join('not', 'yet')]);
  });

  it('fills an empty directory with the seed records, whose runs stand still', async () => {
    const clock = stopped();
    const catalyst = make(clock, SEED);
    await catalyst.open();
    expect((await readdir(directory)).sort()).toEqual((await readdir(SEED)).sort());
    expect(await statuses(catalyst)).toMatchObject({
      '65cd3375ad921eaf': 'tofu-applying',
      '6e9001479f5c76fd': 'phase1-watching',
    });
    expect(clock.pending).toBe(0);
  });

  it('adds no seed records to what is there, even where that is no record', async () => {
    await writeFile(join(directory, 'notes.txt'), 'mine');
    await make(stopped(), SEED).open();
    expect(await readdir(directory)).toEqual(['notes.txt']);
  });

  it('fails Phase 0, resumes Phase 1 and leaves the rest as its predecessor left it', async () => {
    await cp(SEED, directory, { recursive: true });
    const clock = stopped();
    const catalyst = make(clock, SEED);
    await catalyst.open();
    expect(await statuses(catalyst)).toEqual({
      '20afd49fc02060e6': 'ready',
      '2858265e3e37d1cb': 'ready',
      '62de4745b783a6e3': 'failed',
      '65cd3375ad921eaf': 'failed',
      '6e9001479f5c76fd': 'phase1-watching',
      '8212b8573c38b3fc': 'failed',
      '82ba45655eb57ebc': 'tofu-applying',
      b963f985c160c585: 'wiping',
      bcc7cc2317f9633e: 'failed',
      ca0e1767a843ead8: 'failed',
      d10a0ec8f418fcf4: 'phase1-watching',
      ead2e4f580418e74: 'adopted',
      ec1060019febd03d: 'wiped',
    });
    expect(clock.pending).toBe(1);
    await clock.advance(STEP_MS);
    await untilStatus(catalyst, '6e9001479f5c76fd', 'ready');
    expect((await catalyst.get('d10a0ec8f418fcf4'))?.status).toBe('phase1-watching');
  });

  it('fails no run that is started meanwhile', async () => {
    const catalyst = make(stopped());
    const [{ id }] = await Promise.all([catalyst.start('t13'), catalyst.open()]);
    expect(await statuses(catalyst)).toEqual({ [id]: 'pending' });
  });

  it('rejects when the directory cannot be used, and so does everything after it', async () => {
    await writeFile(join(directory, 'file'), '');
    const catalyst = make(stopped(), undefined, join(directory, 'file'));
    await expect(catalyst.open()).rejects.toThrow('EEXIST');
    await expect(catalyst.list()).rejects.toThrow('EEXIST');
  });
});

it('reads no record again to count, so that its cost does not grow with them', async () => {
  const catalyst = make(stopped(), SEED);
  const before = await idsInFlight(catalyst);
  expect(before).toHaveLength(4);
  for (const name of await readdir(directory)) await writeFile(join(directory, name), '');
  expect(await idsInFlight(catalyst)).toEqual(before);
});

it('says in one line what a record says in several', async () => {
  const request = { sovereignSubdomain: 't13\nlistening on http://evil.example\u001b[2J' };
  await writeFile(
    join(directory, 'a1.json'),
    JSON.stringify({ id: 'a1', status: 'phase1-watching', request }),
  );
  await make(stopped()).open();
  expect(said).toEqual(['t13\\u{a}listening on http://evil.example\\u{1b}[2J a1: phase1-watching, resumed']);
});

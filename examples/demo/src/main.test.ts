import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';
import { describe, it } from 'vitest';
import { codeBlocks } from '@quietgate/testkit/readme';
import { until } from './until.ts';

const LIMIT_MS = 120_000;
const PACKAGE_DIRECTORY = fileURLToPath(new URL('..', import.meta.url));
const TEMPORARY_PREFIX = 'quietgate-demo-';

/** Starts the replay in a process of its own, with a directory for temporary files that nobody else uses. */
async function startReplay({ onTestFinished }: TestContext, ...args: string[]) {
  const temporary = await mkdtemp(join(tmpdir(), 'replay-'));
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', ...args], {
    cwd: PACKAGE_DIRECTORY,
    env: { ...process.env, TMPDIR: temporary },
  });
  const closed = once(child, 'close');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const servers = () => [...output.matchAll(/up, pid (\d+)/g)].map(([, pid]) => Number(pid)).filter(isAlive);
  onTestFinished(async () => {
    if (child.exitCode === null) for (const pid of servers()) process.kill(pid, 'SIGKILL');
    child.kill('SIGKILL');
    await closed;
    await rm(temporary, { recursive: true });
  });
  return {
    child,
    output: () => output,
    ended: closed.then(([status]: unknown[]) => status),
    /** Directories that it has made and not removed. */
    leftovers: async () => (await readdir(temporary)).filter((name) => name.startsWith(TEMPORARY_PREFIX)),
    /** The servers that it has started and that are still there. */
    servers,
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** What the project's README shows of it. */
function readmeLines(): string[] {
  const shown = codeBlocks(new URL('../../../README.md', import.meta.url)).find(
    ({ info }) => info === 'text',
  );
  return (shown?.code ?? '').split('\n').slice(0, -1);
}

/** What each replay has in common: no numbers, no ids, no bars, and not how far each run came. */
function shape(lines: readonly string[]): string[] {
  return lines
    .filter((line) => !/^ +(?:t\d\d|orphans:) /.test(line))
    .map((line) =>
      line
        .replace(/[0-9a-f]{16}/g, 'ID')
        .replace(/\d+(?:\.\d+)?/g, 'N')
        .replace(/[█─]+/g, 'BAR')
        .replace(/ +/g, ' '),
    )
    .filter((line) => !line.startsWith(' waited'));
}

describe.concurrent('the replay', { timeout: LIMIT_MS }, () => {
  it('loses three runs without the gate and none with it, in a form that fits a log', async (context) => {
    const { expect } = context;
    const replay = await startReplay(context);
    expect(await replay.ended).toBe(0);
    const lines = replay.output().split('\n').slice(0, -1);
    expect(lines.filter((line) => /^ +t\d\d .* -> failed$/.test(line))).toHaveLength(4);
    const orphans = lines.filter((line) => line.includes(' orphans: hcloud_network'));
    expect(orphans).toHaveLength(4);
    const told = lines.filter((line) => /^ +waited /.test(line));
    expect(told[0]).toMatch(/^ +waited 0\.\d s of 30\.0 s: 3 in flight {2}t13 {2}t17 {2}t21$/);
    expect(told.at(-1)).toMatch(/^ +waited \d+\.\d s of 30\.0 s: 0 in flight$/);
    expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(/^ {2}runs killed +3 +0 +1 +0$/)]));
    expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(/^ {2}runs ready +0 +3 +0 +1$/)]));
    const orphaned = orphans.slice(0, 3).flatMap((line) => line.split(', ')).length;
    const row = new RegExp(`^ {2}resources orphaned +${orphaned} +0 +1 +0$`);
    expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(row)]));
    expect(lines.at(-1)).toBe('The records on disk agree: three runs lost without the gate, none with it.');
    expect(lines.length).toBeLessThanOrEqual(70);
    expect(shape(lines)).toEqual(shape(readmeLines()));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(replay.output()).not.toContain('\u001b');
    expect(await replay.leftovers()).toEqual([]);
    expect(replay.servers()).toEqual([]);
  });

  it('fails when the gate is talked into opening too early', async (context) => {
    const { expect } = context;
    const replay = await startReplay(context, 'src/lying-server.ts');
    expect(await replay.ended).toBe(1);
    expect(replay.output()).toContain('That is not what should have happened:');
    expect(replay.output()).toMatch(/- with the gate, t13 should have become ready, but it is failed/);
    expect(await replay.leftovers()).toEqual([]);
    expect(replay.servers()).toEqual([]);
  });

  it('fails when its server does not start', async (context) => {
    const { expect } = context;
    const replay = await startReplay(context, 'src/no-such-server.ts');
    expect(await replay.ended).toBe(1);
    expect(replay.output()).toContain('before it listened');
    expect(await replay.leftovers()).toEqual([]);
  });

  it.for([
    ['before one line', 't13 begins'],
    ['before several', 'SIGTERM to pid'],
  ] as const)('ends its servers and clears up when its reader has gone %s', async ([, last], context) => {
    const { expect } = context;
    const replay = await startReplay(context);
    await until(`it says "${last}"`, LIMIT_MS, () =>
      Promise.resolve(replay.output().includes(last) || undefined),
    );
    replay.child.stdout.destroy();
    expect(await replay.ended).toBe(1);
    expect(await replay.leftovers()).toEqual([]);
    expect(replay.servers()).toEqual([]);
  });

  it.for([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends its servers and clears up on %s', async ([signal, status], context) => {
    const { expect } = context;
    const replay = await startReplay(context);
    await until('a run begins', LIMIT_MS, () =>
      Promise.resolve(replay.output().includes('t13 begins') || undefined),
    );
    expect(replay.servers()).toHaveLength(1);
    replay.child.kill(signal);
    expect(await replay.ended).toBe(status);
    expect(replay.output()).toContain(`stopped by ${signal}`);
    expect(await replay.leftovers()).toEqual([]);
    expect(replay.servers()).toEqual([]);
  });
});

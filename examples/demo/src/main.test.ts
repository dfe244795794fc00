import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';
import { describe, it } from 'vitest';
import { NODE_HTTP_SERVER } from '@quietgate/example-node-http/server-process';
import { bundled } from '@quietgate/testkit/bundled';
import { until } from './until.ts';

const LIMIT_MS = 120_000;
const PACKAGE_DIRECTORY = fileURLToPath(new URL('..', import.meta.url));
const TEMPORARY_PREFIX = 'quietgate-demo-';

const programOf = (name: string) => bundled(fileURLToPath(new URL(name, import.meta.url)));
const program = await programOf('main.ts');
const server = await bundled(NODE_HTTP_SERVER);
const lyingServer = await programOf('lying-server.ts');

/** Starts the replay in a process of its own, with a directory for temporary files that nobody else uses. */
async function startReplay({ onTestFinished }: TestContext, ...args: string[]) {
  const temporary = await mkdtemp(join(tmpdir(), 'replay-'));
  const [entry = server, ...names] = args;
  const child = spawn(process.execPath, [program, entry, ...names], {
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
  const servers = () => {
    const [, first = ''] = /up, pids (.*);/.exec(output) ?? [];
    const later = [...output.matchAll(/up again, pid (\d+)/g)].map(([, pid]) => pid);
    return [...first.split(', '), ...later].map(Number).filter((pid) => pid > 0 && isAlive(pid));
  };
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
    /** Resolves once its servers are up. */
    up: () =>
      until('its servers are up', LIMIT_MS, () => Promise.resolve(output.includes('up, pids') || undefined)),
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** How many runs the table of the project's README says are killed. */
function killedInReadme(): number[] {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  return [...readme.matchAll(/^\| (?:no|the) gate.*?\| +(\d+) \|/gm)].map(([, killed]) => Number(killed));
}

describe('the replay', { timeout: LIMIT_MS }, () => {
  it('loses no run where the gate is held to the end, in a form that fits a log', async (context) => {
    const { expect } = context;
    const replay = await startReplay(context);
    expect(await replay.ended).toBe(0);
    const lines = replay.output().split('\n').slice(0, -1);
    const table = lines.slice(6, 10);
    expect(table).toEqual([
      expect.stringMatching(/^no gate +3 +[3-9] +0\.0 s +0\.0 s$/),
      expect.stringMatching(/^gate +1 +1 +\d+\.\d s +0\.0 s$/),
      expect.stringMatching(/^gate, and a lease by guess +1 +1 +\d+\.\d s +\d+\.\d s$/),
      expect.stringMatching(/^gate, held to the end +0 +0 +\d+\.\d s +\d+\.\d s$/),
    ]);
    expect(lines.filter((line) => /^ +t\d\d {2}failed, orphans: network/.test(line))).toHaveLength(5);
    expect(lines.filter((line) => /^ +t\d\d {2}ready$/.test(line))).toHaveLength(10);
    expect(lines.filter((line) => line.endsWith('t23 is refused, and tries again'))).toHaveLength(2);
    expect(lines.at(-1)).toBe(
      'The records on disk agree: only the gate that is held to the end loses no run.',
    );
    expect(lines.length).toBeLessThanOrEqual(80);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(killedInReadme()).toEqual([3, 1, 0]);
    expect(replay.output()).not.toContain('\u001b');
    expect(await replay.leftovers()).toEqual([]);
    expect(replay.servers()).toEqual([]);
  });

  describe.concurrent('that does not get so far', () => {
    it('fails when a gate is talked into opening too early', async (context) => {
      const { expect } = context;
      const replay = await startReplay(context, lyingServer, 'gate');
      expect(await replay.ended).toBe(1);
      expect(replay.output()).toContain('That is not what should have happened:');
      expect(replay.output()).toMatch(/- gate: t13 should have become ready, but it is failed/);
      expect(await replay.leftovers()).toEqual([]);
      expect(replay.servers()).toEqual([]);
    });

    it('fails when a server does not start', async (context) => {
      const { expect } = context;
      const replay = await startReplay(context, 'src/no-such-server.mjs');
      expect(await replay.ended).toBe(1);
      expect(replay.output()).toContain('before it listened');
      expect(await replay.leftovers()).toEqual([]);
    });

    it('clears up when its reader has gone', async (context) => {
      const { expect } = context;
      const replay = await startReplay(context, server, 'no gate');
      await replay.up();
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
      const replay = await startReplay(context, server, 'gate', 'gate, held to the end');
      await replay.up();
      expect(replay.servers()).toHaveLength(2);
      replay.child.kill(signal);
      expect(await replay.ended).toBe(status);
      expect(replay.output()).toContain(`stopped by ${signal}`);
      expect(await replay.leftovers()).toEqual([]);
      expect(replay.servers()).toEqual([]);
    });
  });
});

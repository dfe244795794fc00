import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { watchStarter } from './starter.ts';

/** What Linux says about a process, as far as it may be read. */
interface Process {
  parent: number;
  readonly name?: string;
  readonly environ?: readonly string[];
}

const NPM = ['PATH=/bin', 'npm_config_user_agent=npm/11'];
const ACTIONS = ['GITHUB_ACTIONS=true'];

/** Lets this process be one of these, by id. Of those that are missing nothing can be read. */
function pretend(processes: Record<number, Process>): void {
  vi.spyOn(process, 'ppid', 'get').mockImplementation(() => processes[process.pid]?.parent ?? 1);
  vi.spyOn(fs, 'readFileSync').mockImplementation((path) => {
    const [, pid, file] = /^\/proc\/(\d+)\/(\w+)$/.exec(String(path)) ?? [];
    const found = processes[Number(pid)];
    if (found === undefined) throw new Error('ENOENT');
    const { parent, name = 'sh', environ = [] } = found;
    return file === 'stat'
      ? `${pid} (${name}) S ${parent} 7 7 0 -1 4194304`
      : environ.map((each) => `${each}\0`).join('');
  });
  syncBuiltinESMExports();
}

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

/** Higher than Linux counts, so that this process is none of them. */
const [FIRST, SECOND, STARTER] = [9_000_001, 9_000_002, 9_000_003];

/** The first has started the second, that one the starter, and the starter this process; some variables of the last two. */
const chain = (own: readonly string[] = [], starters: readonly string[] = []): Record<number, Process> => ({
  [process.pid]: { parent: STARTER, environ: own },
  [STARTER]: { parent: SECOND, environ: starters },
  [SECOND]: { parent: FIRST },
  [FIRST]: { parent: 1 },
});

/** The ids of those whose end is noticed: whoever they started gets another parent then. */
function watched(processes: Record<number, Process>): number[] {
  pretend(processes);
  const isGone = watchStarter();
  expect(isGone()).toBe(false);
  const noticed = Object.values(processes).flatMap((each) => {
    const { parent } = each;
    each.parent = 2;
    const found = isGone() ? [parent] : [];
    each.parent = parent;
    return found;
  });
  return noticed.toSorted();
}

describe('the end of', () => {
  it.for<[string, Record<number, Process>, number[]]>([
    ['the starter alone', chain(), [STARTER]],
    ['what a package manager has between', chain(NPM, NPM), [FIRST, SECOND, STARTER]],
    ['what starts a package manager', chain(NPM), [SECOND, STARTER]],
    ['a script of GitHub Actions, and what runs it', chain(ACTIONS, ACTIONS), [SECOND, STARTER]],
    ['no step of GitHub Actions that is a program', chain(ACTIONS), [STARTER]],
    [
      'no more for a variable of a like name',
      chain(['MY_npm_config_user_agent=1', 'A=npm_config_user_agent=']),
      [STARTER],
    ],
    ['no more for a variable of a longer name', chain(['npm_config_user_agent_2=1']), [STARTER]],
  ])('%s is noticed', ([, processes, expected]) => {
    expect(watched(processes)).toEqual(expected);
  });

  it.each(['a) S 1 (b', 'a) S 1 \nb', ''])('one whose name is %j is noticed', (name) => {
    const processes = chain(NPM);
    expect(watched({ ...processes, [STARTER]: { parent: SECOND, name } })).toEqual([SECOND, STARTER]);
  });

  it('one between is noticed where nothing can be read of it any more', () => {
    pretend(chain(NPM));
    const isGone = watchStarter();
    pretend({ [process.pid]: { parent: STARTER } });
    expect(isGone()).toBe(true);
  });

  it('the starter is noticed where nothing can be read of any process', () => {
    let ppid = STARTER;
    pretend({});
    vi.spyOn(process, 'ppid', 'get').mockImplementation(() => ppid);
    const isGone = watchStarter();
    expect(isGone()).toBe(false);
    ppid = 1;
    expect(isGone()).toBe(true);
  });

  it('one of which nothing can be read at first is not noticed for what is read later', () => {
    const npm = { [process.pid]: { parent: STARTER, environ: NPM } };
    pretend(npm);
    const isGone = watchStarter();
    pretend({ ...chain(), ...npm });
    expect(isGone()).toBe(false);
  });

  it('the starter is noticed where its own starter cannot be read', () => {
    expect(watched({ [process.pid]: { parent: STARTER, environ: NPM } })).toEqual([STARTER]);
  });
});

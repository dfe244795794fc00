import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { type Ended, Output } from './output.ts';
import { ownTime } from './own-time.ts';
import type { Env, Running } from './processes.ts';

/** A program under way in the process of its test. */
export interface RunningHere extends Running {
  /** Where its time stands still: lets so much pass, fires the timers that fall due, and resolves when that is done. */
  readonly advance: (ms: number) => Promise<void>;
  /** Reports a failure to it that none of its promises does, as Node would. */
  readonly fail: (error: Error) => void;
}

export interface Surroundings {
  /** With PATH, all that there is. */
  readonly env?: Env;
  /** The width of the terminal that it writes to; everything that it writes there is standard output. */
  readonly columns?: number;
  /** Its time stands still but for what the test allows. */
  readonly isHeld?: boolean;
}

/** What `exit` throws, so that nothing follows it. */
class Exited extends Error {}

/**
 * Runs a program in this process, with another one for it to see. Its end ends its timers; its connections end with the
 * servers of the test.
 */
export function startHere(
  program: (process: NodeJS.Process) => Promise<void>,
  args: readonly string[],
  { env = {}, columns, isHeld = false }: Surroundings = {},
): RunningHere {
  const output = new Output();
  const time = ownTime({ isHeld });
  let isOver = false;
  let resolve!: (ended: Ended) => void;
  let reject!: (error: unknown) => void;
  const ended = new Promise<Ended>((...settle) => ([resolve, reject] = settle));
  const end = (status: number | null) => {
    isOver = true;
    time.end();
    resolve({ status, ...output.written });
  };
  const stream = (name: 'stdout' | 'stderr') => {
    const write = (text: Buffer, _: unknown, done: () => void) => {
      if (!isOver) output.write(columns === undefined ? name : 'stdout', text.toString());
      done();
    };
    return Object.assign(new Writable({ write }), { isTTY: columns !== undefined, columns });
  };
  const signals = new EventEmitter();
  const own = {
    argv: [process.execPath, 'program', ...args],
    env: { PATH: process.env['PATH'], ...env },
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    exitCode: 0,
    on: signals.on.bind(signals),
    getActiveResourcesInfo: () => [],
    exit(status = seen.exitCode): never {
      end(Number(status));
      throw new Exited();
    },
  };
  const seen = Object.create(process, Object.getOwnPropertyDescriptors(own)) as NodeJS.Process;
  const ending = (error: unknown) => {
    if (!(error instanceof Exited)) reject(error);
  };
  onTestFinished(time.end);
  time
    .run(() => program(seen))
    .then(() => {
      end(Number(seen.exitCode));
    })
    .catch(ending);
  return {
    kill(signal) {
      try {
        if (!time.run(() => signals.emit(signal, signal))) end(null);
      } catch (error) {
        ending(error);
      }
    },
    fail: (error) => void time.run(() => signals.emit('uncaughtException', error)),
    saw: (text) => output.saw(text, ended),
    advance: time.advance,
    ended,
  };
}

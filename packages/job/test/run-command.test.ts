import child_process from 'node:child_process';
import { EventEmitter } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import tty from 'node:tty';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { commandEnvironment, runCommand } from '../src/run/run-command.ts';
import type { Heed } from '../src/run/signals.ts';

const ENV = { PATH: process.env['PATH'] };

/** Starts a command, and gives it the signals of this process, which have to be sent by hand. */
function start([file = '', ...args]: readonly string[]) {
  let heed: Heed | undefined;
  const ended = runCommand({ file, args }, ENV, { to: (next) => (heed = next) });
  return { ended, send: (signal: NodeJS.Signals) => heed?.(signal, 'by hand') };
}

/** A command whose process says what it is told to. */
function pretend(pid: number | undefined) {
  const child = Object.assign(new EventEmitter(), {
    pid,
    kill: vi.fn<(signal: NodeJS.Signals) => boolean>(),
  });
  vi.spyOn(child_process, 'spawn').mockReturnValue(child as object as child_process.ChildProcess);
  syncBuiltinESMExports();
  return { child, ...start(['command']) };
}
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

describe('a command', () => {
  it.each([
    [['true'], { status: 0 }],
    [['sh', '-c', 'exit 7'], { status: 7 }],
    [['sh', '-c', 'kill -KILL $$'], { status: 137 }],
    [['/no/such/command'], { status: 127, problem: 'command not found' }],
    [['/etc/passwd'], { status: 126, problem: 'cannot be executed (EACCES)' }],
    [['/etc/passwd/command'], { status: 126, problem: 'cannot be executed (ENOTDIR)' }],
  ])('%j ends with %j', async (command, end) => {
    expect(await start(command).ended).toEqual(end);
  });

  it.skipIf(process.platform !== 'linux')('has the standard streams of this process', async () => {
    const script = 'for fd in 0 1 2; do [ /proc/$$/fd/$fd -ef /proc/$PPID/fd/$fd ] || exit 1; done';
    expect(await start(['sh', '-c', script]).ended).toEqual({ status: 0 });
  });

  it('has the environment that it is given, and no other', async () => {
    vi.stubEnv('QUIETGATE_TEST', 'leaked');
    expect(await start(['sh', '-c', 'test -z "$QUIETGATE_TEST"']).ended).toEqual({ status: 0 });
    vi.unstubAllEnvs();
  });
});

describe('a signal', () => {
  const pretendInput = (isTerminal: boolean) => {
    vi.spyOn(tty, 'isatty').mockReturnValue(isTerminal);
    syncBuiltinESMExports();
  };

  it.each<[NodeJS.Signals, number]>([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGQUIT', 131],
    ['SIGTERM', 143],
  ])('%s is passed on to the command where no terminal is', async (signal, status) => {
    pretendInput(false);
    const { ended, send } = start(['sleep', '60']);
    send(signal);
    expect(await ended).toEqual({ status });
  });

  it.each<[NodeJS.Signals]>([['SIGINT'], ['SIGQUIT']])(
    '%s is not, where a terminal sends it to the command as well',
    async (signal) => {
      pretendInput(true);
      const { child, ended, send } = pretend(42);
      send(signal);
      send('SIGTERM');
      expect(child.kill.mock.calls).toEqual([['SIGTERM']]);
      child.emit('exit', null, 'SIGTERM');
      expect(await ended).toEqual({ status: 143 });
    },
  );
});

describe('an error', () => {
  it('of a signal that could not be sent is not the end of the command', async () => {
    const { child, ended } = pretend(42);
    child.emit('error', new Error('kill EPERM'));
    child.emit('exit', 0, null);
    expect(await ended).toEqual({ status: 0 });
  });

  it('that has no code is why the command was not run', async () => {
    const { child, ended } = pretend(undefined);
    child.emit('error', new Error('spawn failed'));
    expect(await ended).toEqual({ status: 126, problem: 'cannot be executed (spawn failed)' });
  });
});

describe('the environment of a command', () => {
  const given = {
    PATH: '/bin',
    CORDON_TOKEN: 'a-token-of-the-server',
    CORDON_TOKEN_FILE: '/token',
    QUIETGATE_HOLDER: 'another',
    'INPUT_CORDON-TOKEN': 'a-token-of-the-server',
    STATE_holder: 'deploy-42',
    MY_INPUT_FILE: 'x',
  };

  it('has the outcome and the holder, and neither the token nor what is the action’s own', () => {
    expect(commandEnvironment(given, { outcome: 'quiet', holder: 'deploy-42' })).toEqual({
      PATH: '/bin',
      CORDON_TOKEN_FILE: '/token',
      MY_INPUT_FILE: 'x',
      QUIETGATE_OUTCOME: 'quiet',
      QUIETGATE_HOLDER: 'deploy-42',
    });
  });

  it('has no holder where there is none', () => {
    expect(commandEnvironment(given, { outcome: 'failed-open', holder: undefined })).toStrictEqual({
      PATH: '/bin',
      CORDON_TOKEN_FILE: '/token',
      MY_INPUT_FILE: 'x',
      QUIETGATE_OUTCOME: 'failed-open',
    });
  });
});

import { constants } from 'node:os';
import { watchStarter } from './starter.ts';

/** The signals that end a process, or are passed on to a command. */
function signalsOn(platform: NodeJS.Platform): readonly NodeJS.Signals[] {
  return ['SIGINT', 'SIGTERM', 'SIGHUP', platform === 'win32' ? 'SIGBREAK' : 'SIGQUIT'];
}

/** How often it is looked whether the process that started this one is still there. */
const STARTER_CHECK_MS = 500;

/** What is done about a signal; `why` says what has happened. */
export type Heed = (signal: NodeJS.Signals, why: string) => void;

/** The signals that a process gets: one place hears of them at a time. Of one that nobody has heard of, the next one does. */
export interface Signals {
  readonly to: (heed: Heed | undefined) => void;
}

/**
 * Takes the signals of a process from now on, until it ends. With `heedsOrphaning` the end of the process that started it
 * counts as SIGTERM: `npx` and shells pass no signal on, and then nobody is left who would deploy.
 */
export function takeSignals(
  process: Pick<NodeJS.Process, 'on' | 'platform'>,
  { heedsOrphaning }: { readonly heedsOrphaning: boolean },
): Signals {
  let heed: Heed | undefined;
  let unheard: Parameters<Heed> | undefined;
  const hear: Heed = (...signal) => {
    if (heed === undefined) unheard = signal;
    else heed(...signal);
  };
  for (const signal of signalsOn(process.platform)) {
    process.on(signal, () => {
      hear(signal, `stopped by ${signal}`);
    });
  }
  if (heedsOrphaning) {
    onOrphaned(() => {
      hear('SIGTERM', 'stopped, since the process that started quietgate is gone');
    });
  }
  return {
    to(next) {
      heed = next;
      if (unheard !== undefined) heed?.(...unheard);
    },
  };
}

function onOrphaned(heed: () => void): void {
  const isGone = watchStarter();
  const timer = setInterval(() => {
    if (!isGone()) return;
    clearInterval(timer);
    heed();
  }, STARTER_CHECK_MS).unref();
}

/**
 * The status that a shell gives to a process that a signal ended: 129 (SIGHUP), 130 (SIGINT), 131 (SIGQUIT),
 * 143 (SIGTERM).
 */
export function signalStatus(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/**
 * Ends the process as a signal does. While a name is being looked up the signal itself ends it, with the same status for a
 * shell: an exit waits for the lookup, which may take the system ten seconds. (The first process of a container survives
 * this, and exits.)
 */
export function endBy(process: NodeJS.Process, signal: NodeJS.Signals): never {
  if (process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap')) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
  return process.exit(signalStatus(signal));
}

/** Lets the signals of a process end it from now on. */
export function endOnSignals(process: NodeJS.Process): void {
  takeSignals(process, { heedsOrphaning: false }).to((signal) => endBy(process, signal));
}

import { turnEventLoop, waitOneMs } from './event-loop.ts';

/** Turns of the event loop that streams and loopback sockets get before anybody looks at what is still under way. */
const QUIET_TURNS = 20;

/** How long timers, files and names may hold up time, unless the grace is longer: what never ends must not stop it. */
const MAX_BUSY_MS = 500;

/** Sees to it that a virtual clock does not run ahead of real work. */
export interface RealWork {
  /** Resolves once no real work is under way, as far as one can tell, or it has been waited for long enough. */
  settled(): Promise<void>;
}

/** Watches the work of this process from now on; `graceMs` of calm will do where there is no more to see. */
export function watchRealWork(graceMs: number): RealWork {
  const limitMs = Math.max(MAX_BUSY_MS, graceMs);
  // Timers from before, such as the test runner's time limit, are nobody's work.
  let idleTimers = activeResources()?.timers ?? 0;

  const isBusy = () => {
    const active = activeResources();
    if (active === undefined) return false;
    idleTimers = Math.min(idleTimers, active.timers);
    return active.hasRequests || active.timers > idleTimers;
  };

  return {
    async settled() {
      await turnEventLoop(QUIET_TURNS);
      if (activeResources()?.hasSockets === false && !isBusy()) return;
      let waitedMs = 0;
      for (let calmMs = 0; calmMs < graceMs && waitedMs < limitMs; waitedMs++) {
        calmMs = isBusy() ? 0 : calmMs + 1;
        await waitOneMs();
      }
      // A timer that was waited for in vain is a watchdog: it is not waited for again.
      if (waitedMs === limitMs) idleTimers = activeResources()?.timers ?? 0;
    },
  };
}

/** What the process still waits for; only Node can tell. */
function activeResources(): { timers: number; hasRequests: boolean; hasSockets: boolean } | undefined {
  const { process } = globalThis as Host;
  const names = namesOfResources({ process });
  return (
    names && {
      timers: names.filter((name) => name === 'Timeout').length,
      hasRequests: names.some((name) => name.includes('Req')),
      hasSockets: names.some((name) => /^(?:TCPSocket|TCPConnect|PipeConnect|TLS|UDP|Process)/.test(name)),
    }
  );
}

interface Host {
  readonly process?: { readonly getActiveResourcesInfo?: () => readonly string[] } | undefined;
}

/** As Node names them; `undefined` elsewhere. */
export function namesOfResources({ process }: Host): readonly string[] | undefined {
  return process?.getActiveResourcesInfo?.();
}

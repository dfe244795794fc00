import { AsyncLocalStorage } from 'node:async_hooks';
import { promisify } from 'node:util';
import { HeldTime } from '../fixtures/held-time.js';

/** The time of a program that runs in the process of its test: its timers are its own, and end with it. */
export interface OwnTime {
  /** Runs what belongs to the program; what follows from it, also later, is on this time. */
  readonly run: <Result>(work: () => Result) => Result;
  /** Where it stands still: lets so much pass, fires the timers that fall due, and resolves when that is done. */
  readonly advance: (ms: number) => Promise<void>;
  readonly end: () => void;
}

type Timers = Pick<HeldTime, 'setTimeout' | 'setInterval'> & { readonly now: () => number };

const { setTimeout, setInterval, clearTimeout } = globalThis;
const real: Timers = { setTimeout, setInterval, now: performance.now.bind(performance) };
const current = new AsyncLocalStorage<Timers>();
const timers = () => current.getStore() ?? real;

// Once for all: what belongs to no program goes by Node's own.
performance.now = () => timers().now();
const own = {
  setTimeout: Object.assign<Timers['setTimeout'], object>((...of) => timers().setTimeout(...of), {
    [promisify.custom]: (setTimeout as typeof setTimeout & Record<symbol, unknown>)[promisify.custom],
  }),
  setInterval: ((...of) => timers().setInterval(...of)) as Timers['setInterval'],
};
const clear = (timer: unknown) => {
  if (typeof timer === 'object') (timer as NodeJS.Timeout | null)?.close();
  else clearTimeout(timer as string | number | undefined);
};
Object.assign(globalThis, own, { clearTimeout: clear, clearInterval: clear });

/** Makes a time that goes on by itself, or stands still but for what the test allows. */
export function ownTime({ isHeld }: { readonly isHeld: boolean }): OwnTime {
  const held = new HeldTime();
  const started = new Set<NodeJS.Timeout>();
  let isOver = false;
  const note = (timer: unknown) => {
    started.add(timer as NodeJS.Timeout);
    if (isOver) clear(timer);
    return timer;
  };
  const base = isHeld ? held : real;
  const noted: Timers = {
    now: isHeld ? () => held.now : real.now,
    setTimeout: (...of) => note(base.setTimeout(...of)),
    setInterval: (...of) => note(base.setInterval(...of)),
  };
  return {
    run: (work) => current.run(noted, work),
    advance: (ms) => held.advance(ms),
    end() {
      isOver = true;
      for (const timer of started) clear(timer);
    },
  };
}

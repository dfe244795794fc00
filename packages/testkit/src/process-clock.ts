import { type Env, preload, type Running } from './processes.ts';

/** In the environment of a process, it lets the test move the time on in which the process waits: see `moveTimeOn`. */
export const MOVABLE_TIME: Env = preload(`
  const { setTimeout: startTimer, clearTimeout: stopTimer } = globalThis;
  const now = performance.now.bind(performance);
  const pending = new Set();
  let movedMs = 0;
  performance.now = () => now() + movedMs;
  globalThis.setTimeout = (wake, ms = 0, ...args) => {
    const timer = startTimer(() => timer.fire(), ms);
    timer.dueAt = performance.now() + ms;
    timer.fire = () => {
      stopTimer(timer);
      pending.delete(timer);
      wake(...args);
    };
    pending.add(timer);
    return timer;
  };
  globalThis.clearTimeout = (timer) => {
    pending.delete(timer);
    stopTimer(timer);
  };
  process.stdin.setEncoding('utf8').on('data', (text) => {
    for (const ms of text.trim().split('\\n')) movedMs += Number(ms);
    const due = [...pending].filter(({ dueAt }) => dueAt <= performance.now()).sort((a, b) => a.dueAt - b.dueAt);
    for (const timer of due) if (pending.has(timer)) timer.fire();
  });
  process.stdin.unref();
`);

/** Moves the time on in a process that was started with `MOVABLE_TIME`: timers that are due by then fire at once. */
export function moveTimeOn({ child }: Running, ms: number): void {
  child.stdin.write(`${ms}\n`);
}

/**
 * Spares a process every pause that it announces, so that it waits as long as it says, and the test does not.
 *
 * @param announcement matches each announcement in what the process writes, one a line, with the seconds as its first group
 */
export function skipPauses(running: Running, announcement: RegExp): void {
  for (const stream of [running.child.stdout, running.child.stderr]) {
    let begun = '';
    stream.on('data', (text: string) => {
      const lines = (begun + text).split('\n');
      begun = lines.pop() ?? '';
      for (const line of lines) {
        const seconds = announcement.exec(line)?.[1];
        if (seconds !== undefined) moveTimeOn(running, Number(seconds) * 1000);
      }
    });
  }
}

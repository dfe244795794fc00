import { Session } from 'node:inspector/promises';

/** Finds out which code has run since it was last asked. */
export interface Coverage {
  /** The characters of source that have run: a number for each, the same whenever it is asked. */
  taken(): Promise<number[]>;
}

/** No script is as long as that. */
const SCRIPT_SPAN = 2 ** 24;

/**
 * Watches the scripts whose URL holds `path`, with V8's own block coverage: no instrumentation, no native module. Of a
 * function that has been called before, V8 counts no parts.
 */
export async function watchCoverage(path: string): Promise<Coverage> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const scripts: string[] = [];
  const baseOf = (url: string) => {
    if (!scripts.includes(url)) scripts.push(url);
    return scripts.indexOf(url) * SCRIPT_SPAN;
  };
  return {
    async taken() {
      const { result } = await session.post('Profiler.takePreciseCoverage');
      return result
        .filter(({ url }) => url.includes(path))
        .flatMap(({ url, functions }) => {
          const base = baseOf(url);
          // A range within another tells how often that part of it ran, and is left out when it ran as often.
          const hasRun: boolean[] = [];
          for (const { startOffset, endOffset, count } of functions.flatMap(({ ranges }) => ranges)) {
            hasRun.length = Math.max(hasRun.length, endOffset);
            hasRun.fill(count > 0, startOffset, endOffset);
          }
          return hasRun.flatMap((has, offset) => (has ? [base + offset] : []));
        });
    },
  };
}

import { Session } from 'node:inspector/promises';

/** Tells which blocks of code have run since it was last asked. */
export interface Coverage {
  taken(): Promise<string[]>;
}

/** Watches the scripts whose URL holds `path`, with V8's own block coverage: no instrumentation, no native module. */
export async function watchCoverage(path: string): Promise<Coverage> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  return {
    async taken() {
      const { result } = await session.post('Profiler.takePreciseCoverage');
      return result
        .filter(({ url }) => url.includes(path))
        .flatMap(({ url, functions }) =>
          functions
            .flatMap(({ ranges }) => ranges)
            .filter(({ count }) => count > 0)
            .map(({ startOffset, endOffset }) => `${url}:${startOffset}-${endOffset}`),
        );
    },
  };
}

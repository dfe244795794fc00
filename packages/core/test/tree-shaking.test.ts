import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const source = fileURLToPath(new URL('../src/', import.meta.url));

/** A bundle with this import alone, as a bundler makes it for a browser. */
function bundle(names: string) {
  return build({
    stdin: { contents: `export { ${names} } from './index.ts'`, resolveDir: source },
    absWorkingDir: source,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    metafile: true,
    write: false,
  });
}

/** The modules of which a bundle with this import holds anything. */
async function modulesOf(name: string): Promise<string[]> {
  const { metafile } = await bundle(name);
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  return inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
}

/** The rooms of core that modules stand in; what it depends on is one more. */
function roomsOf(modules: readonly string[]): string[] {
  const rooms = modules.map((path) => (path.includes('node_modules') ? 'p-retry' : path.replace(/\/.*/, '')));
  return [...new Set(rooms)].sort();
}

it.for<[string, string[]]>([
  ['CORDON_PATH', ['wire']],
  ['DEFAULT_API_URL', ['wire']],
  ['STATUS_TABLE', ['in-flight']],
  ['classifyDeployment', ['in-flight']],
  ['countInFlight', ['in-flight']],
  ['CordonRefused', ['cordon']],
  ['RunRefused', ['cordon', 'options']],
  ['parseInFlightCount', ['wire']],
  ['systemClock', ['wait']],
  ['createInFlightIndex', ['in-flight', 'notify-listener.ts', 'options', 'serve']],
  ['exceptStale', ['in-flight', 'notify-listener.ts', 'options', 'serve']],
  ['createCordon', ['cordon', 'notify-listener.ts', 'options', 'serve', 'wait', 'wire']],
  ['createDrain', ['ask', 'cordon', 'drain', 'in-flight', 'options', 'wait', 'wire']],
  [
    'createRuns',
    ['ask', 'cordon', 'drain', 'in-flight', 'notify-listener.ts', 'options', 'serve', 'wait', 'wire'],
  ],
  ['waitForQuiet', ['ask', 'gate', 'notify-listener.ts', 'options', 'p-retry', 'wait', 'wire']],
  ['whenQuiet', ['ask', 'gate', 'hold', 'notify-listener.ts', 'options', 'p-retry', 'wait', 'wire']],
])('who imports %s bundles what that needs, and nothing of the rest', async ([name, rooms]) => {
  expect(roomsOf(await modulesOf(name))).toEqual(rooms);
});

it('who imports waitForQuiet bundles nothing of uncordon, and of whenQuiet', async () => {
  const modules = await modulesOf('waitForQuiet');
  expect(modules).toContain('wait/wait-for-quiet.ts');
  expect(modules).not.toContain('wait/uncordon.ts');
  expect(modules).not.toContain('wait/lift-lease.ts');
  expect(modules).not.toContain('wait/when-quiet.ts');
});

const PARTS_OF_RUNS = 'createInFlightIndex, createCordon, createDrain';

it.for<[names: string, to: string, atMost: number]>([
  [`${PARTS_OF_RUNS}, createRuns`, PARTS_OF_RUNS, 1000],
  ['whenQuiet', 'waitForQuiet', 1500],
])('who imports %s bundles no more than who imports %s and %i bytes', async ([names, to, atMost]) => {
  const sizeOf = async (imported: string) => {
    const { outputFiles } = await bundle(imported);
    return brotliCompressSync(outputFiles[0]?.contents ?? '').length;
  };
  expect((await sizeOf(names)) - (await sizeOf(to))).toBeLessThanOrEqual(atMost);
});

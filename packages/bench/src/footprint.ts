import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Section } from './report/section.ts';

const CORE = fileURLToPath(new URL('../../core', import.meta.url));

const MOST_KB = { countInFlight: 0.8, waitForQuiet: 6.5 };

const WHY_LARGER =
  'p-retry is part of it, and text: every option that is wrong has an error that says what is allowed. The budget of `pnpm check` is 10.2 kB.';

/** What it costs to import core, as size-limit measures it, which also holds it to a budget in `pnpm check`. */
export async function footprint(): Promise<Section> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['node_modules/size-limit/bin.js', '--json'],
    {
      cwd: CORE,
    },
  );
  const sizes = JSON.parse(stdout) as { name: string; size: number; sizeLimit: number }[];
  return {
    title: 'Footprint',
    text: 'Bytes of a bundle that imports the name from core, minified and compressed with brotli, beside the budget that `pnpm check` holds them to.',
    charts: [],
    tables: [
      {
        columns: ['import', 'brotli, kB', 'budget, kB'],
        rows: sizes.map(({ name, size, sizeLimit }) => [name, kb(size), kb(sizeLimit)]),
      },
    ],
    goals: sizes.flatMap(({ name, size }) =>
      Object.entries(MOST_KB)
        .filter(([start]) => name.startsWith(start))
        .map(([, atMost]) => ({
          what: `core: ${name}`,
          found: size / 1000,
          atMost,
          unit: ' kB',
          why: WHY_LARGER,
        })),
    ),
  };
}

function kb(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

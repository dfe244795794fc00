import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Section } from './report/section.ts';

const CORE = fileURLToPath(new URL('../../core', import.meta.url));

const MOST_KB = { countInFlight: 0.8, waitForQuiet: 6.5 };

const WHY_LARGER =
  'p-retry is part of it, and text: every option that is wrong has an error that says what is allowed. It may not grow unseen: `pnpm check` holds it.';

/** What it costs to import core, as size-limit measures it, which also holds it to a budget in `pnpm check`. */
export async function footprint(): Promise<Section> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['node_modules/size-limit/bin.js', '--json'],
    {
      cwd: CORE,
    },
  );
  const sizes = JSON.parse(stdout) as { name: string; size: number }[];
  const shown = sizes.filter(({ name }) => goalOf(name) !== undefined);
  return {
    title: 'Footprint',
    result: `A bundle grows by ${shown.map(({ name, size }) => `${kb(size)} kB with ${name}`).join(', and by ')}.`,
    text: 'Bytes of a bundle that imports the name from core, minified and compressed with brotli.',
    charts: [],
    tables: [
      {
        columns: ['import', 'brotli, kB', 'goal, kB'],
        rows: sizes.map(({ name, size }) => [name, kb(size), String(goalOf(name) ?? '')]),
      },
    ],
    goals: shown.map(({ name, size }) => ({
      what: `core: ${name}`,
      found: size / 1000,
      atMost: goalOf(name) ?? NaN,
      unit: ' kB',
      why: WHY_LARGER,
    })),
  };
}

/** What a bundle may weigh, in kB, where that is said. */
function goalOf(name: string): number | undefined {
  return Object.entries(MOST_KB).find(([start]) => name.startsWith(start))?.[1];
}

function kb(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

/**
 * Holds what the README of the adapters says of Next.js: builds its file in an empty project with each of the settings, and asks
 * what is served then.
 */
import { codeBlocks } from '@quietgate/testkit/readme';
import { deepEqual } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { installWithNpm, run } from './packed/package-managers.ts';
import { packAll } from './packed/tarballs.ts';
import { writeIn } from './packed/write-in.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'quietgate-next-'));
const next = join(folder, 'node_modules/next/dist/bin/next');
const QUIETLY = { NEXT_TELEMETRY_DISABLED: '1' };

const SETTINGS = [
  {},
  { cacheComponents: true, partialPrefetching: true, basePath: '/ops', trailingSlash: true },
];
const ROUTE = 'api/v1/deployments/in-flight-count';

const route = codeBlocks(join(root, 'packages/http-adapters/README.md')).find(({ code }) =>
  code.includes('export { answer as DELETE'),
);

async function checkAnswers(basePath: string): Promise<void> {
  const server = spawn(process.execPath, [next, 'start', '--hostname', '127.0.0.1', '--port', '0'], {
    cwd: folder,
    env: { ...process.env, ...QUIETLY },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const url = `${await originOf(server.stdout)}${basePath}/${ROUTE}`;
    const answer = await fetch(url);
    deepEqual([answer.status, await answer.json()], [200, { count: 1, ids: ['t13'] }], url);
    const refused = await fetch(url, { method: 'POST' });
    deepEqual([refused.status, refused.headers.get('allow')], [405, 'GET, HEAD'], url);
    console.log(`answers at ${basePath}/${ROUTE}`);
  } finally {
    server.kill();
    await once(server, 'exit');
  }
}

async function originOf(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface(output)) {
    const [origin] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (origin !== undefined) return origin;
  }
  throw new Error('Next.js ended before it listened');
}

try {
  installWithNpm(folder, packAll(root, join(folder, 'tarballs')), {
    next: '^16.0.0',
    react: '^19.0.0',
    'react-dom': '^19.0.0',
    typescript: '^5.9.0',
    '@types/node': '^20.0.0',
    '@types/react': '^19.0.0',
  });
  writeIn(folder, `app/${ROUTE}/route.ts`, route?.code ?? '');
  for (const settings of SETTINGS) {
    console.log(`next.config: ${JSON.stringify(settings)}`);
    writeIn(folder, 'next.config.mjs', `export default ${JSON.stringify(settings)};\n`);
    run(folder, [process.execPath, next, 'build'], QUIETLY);
    await checkAnswers(settings.basePath ?? '');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** How long `quietgate` takes beside a Node that does nothing and one that asks the same by `fetch`: run in turns. */
const RUNS = 40;
/** What `quietgate` may take, as a multiple of the median of each of the others. */
const LIMITS = { 'node -e 0': 2, 'node -e fetch': 0.75 } as const;

const server = createServer((_, response) => {
  response.setHeader('content-type', 'application/json').end('{"count":0,"ids":[]}');
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

const programs = [
  { name: 'node -e 0', args: ['-e', '0'], took: [] as number[] },
  { name: 'node -e fetch', args: ['-e', `fetch('${url}').then(r => r.json())`], took: [] as number[] },
] as const;
const quietgate = { name: 'quietgate', args: [bin, url], took: [] as number[] };

for (let run = 0; run < RUNS; run++) {
  for (const { args, took } of [...programs, quietgate]) took.push(await wallTime(args));
}
server.close();

const gate = median(quietgate.took);
console.log(`Cold start against a quiet server on loopback, median of ${RUNS} runs each, in turns:`);
console.log(`  quietgate      ${gate.toFixed(0)} ms`);
for (const { name, took } of programs) {
  const ratio = gate / median(took);
  const limit = LIMITS[name];
  console.log(
    `  ${name.padEnd(13)}  ${median(took).toFixed(0)} ms: quietgate takes ${ratio.toFixed(2)} times that (at most ${limit})`,
  );
  if (ratio > limit) process.exitCode = 1;
}

async function wallTime(args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status !== 0) throw new Error(`node ${args.join(' ')} exited with ${String(status)}`);
  return performance.now() - startedAt;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

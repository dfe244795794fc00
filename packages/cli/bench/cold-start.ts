import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** How long `quietgate` takes beside the shortest program that asks the same: run in turns, medians compared. */
const RUNS = 40;
const LIMIT = 1.5;

const server = createServer((_, response) => {
  response.setHeader('content-type', 'application/json').end('{"count":0,"ids":[]}');
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

const programs = {
  'node -e fetch': ['-e', `fetch('${url}').then(r => r.json())`],
  quietgate: [bin, url],
};
const took: Record<keyof typeof programs, number[]> = { 'node -e fetch': [], quietgate: [] };

for (let run = 0; run < RUNS; run++) {
  await wallTime(programs['node -e fetch']).then((ms) => took['node -e fetch'].push(ms));
  await wallTime(programs.quietgate).then((ms) => took.quietgate.push(ms));
}
server.close();

const plain = median(took['node -e fetch']);
const gate = median(took.quietgate);
const ratio = gate / plain;
console.log(`Cold start against a quiet server on loopback, median of ${RUNS} runs each, in turns:`);
console.log(`  node -e "fetch(url).then(r => r.json())"  ${plain.toFixed(0)} ms`);
console.log(`  quietgate                                 ${gate.toFixed(0)} ms`);
console.log(`  ratio                                     ${ratio.toFixed(2)} (at most ${LIMIT})`);
process.exitCode = ratio <= LIMIT ? 0 : 1;

async function wallTime(args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status !== 0) throw new Error(`node ${args.join(' ')} exited with ${String(status)}`);
  return performance.now() - startedAt;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

import { resolve } from 'node:path';
import { NODE_HTTP_SERVER } from '@quietgate/example-node-http/server-process';
import { type DeployName, DEPLOYS } from './deploys.ts';
import { paintFor } from './paint.ts';
import { replay } from './replay.ts';
import { opening, results, verdict } from './report.ts';
import { differences } from './verdict.ts';
import { wrap } from './wrap.ts';

// `pnpm demo ../express/src/main.ts` replays it against another server that runs a catalyst; names of deploys behind it
// replay only those.
const [entry = NODE_HTTP_SERVER, ...wanted] = process.argv.slice(2);
const names = (Object.keys(DEPLOYS) as DeployName[]).filter(
  (name) => wanted.length === 0 || wanted.includes(name),
);
const LIMIT_MS = 180_000;
const stop = new AbortController();
const EXIT_STATUSES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

for (const [signal, status] of Object.entries(EXIT_STATUSES)) {
  process.once(signal, () => {
    process.exitCode = status;
    stop.abort(new Error(`stopped by ${signal}`));
  });
}

// A closed pipe, as of `pnpm demo | head`, must not leave a server behind.
process.stdout.on('error', (error) => {
  process.exitCode ??= 1;
  stop.abort(error);
});
setTimeout(() => {
  stop.abort(new Error(`the replay took longer than ${LIMIT_MS / 1000} s: this machine is too busy`));
}, LIMIT_MS).unref();

const paint = paintFor(process.stdout.isTTY, process.env['NO_COLOR']);
const print = (lines: readonly string[]) => {
  console.log(lines.join('\n'));
};
try {
  print(opening(paint));
  const onUp = (pids: readonly number[]) => {
    print([`The servers are up, pids ${pids.join(', ')}; it takes 15 s.`]);
  };
  const replayed = await replay(resolve(entry), names, onUp, stop.signal);
  print(results(replayed, paint));
  const found = differences(replayed.deploys);
  print(verdict(found, paint));
  if (found.length > 0) process.exitCode = 1;
} catch (error) {
  process.exitCode ??= 1;
  const reason: unknown = stop.signal.aborted ? stop.signal.reason : error;
  console.error(wrap(reason instanceof Error ? reason.message : String(reason)));
}

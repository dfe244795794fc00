import { resolve } from 'node:path';
import { NODE_HTTP_SERVER } from '@quietgate/example-node-http/server-process';
import { paintFor } from './paint.ts';
import { replay } from './replay.ts';
import { createReport } from './report.ts';
import { wrap } from './wrap.ts';

// `pnpm demo ../express/src/main.ts` replays it against another server that runs a catalyst.
const [entry] = process.argv.slice(2);
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
  stop.abort(error);
});
setTimeout(() => {
  stop.abort(new Error(`the replay took longer than ${LIMIT_MS / 1000} s: this machine is too busy`));
}, LIMIT_MS).unref();

const paint = paintFor(process.stdout.isTTY, process.env['NO_COLOR']);
const report = createReport(console.log, paint, () => performance.now());
try {
  const differences = await replay(
    entry === undefined ? NODE_HTTP_SERVER : resolve(entry),
    report,
    stop.signal,
  );
  if (differences.length > 0) process.exitCode = 1;
} catch (error) {
  process.exitCode ??= 1;
  const reason: unknown = stop.signal.aborted ? stop.signal.reason : error;
  console.error(wrap(reason instanceof Error ? reason.message : String(reason)));
}

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startCluster } from '@quietgate/testkit/embedded-cluster';

/*
 * The one command: two replicas on one database, which is a throw-away one unless DATABASE_URL names another. An argument
 * names another program to start twice.
 */
const [program = fileURLToPath(new URL('./replica.ts', import.meta.url))] = process.argv.slice(2);
const { DATABASE_URL, PORT = '8080' } = process.env;

const ending = new AbortController();
const end = () => {
  ending.abort();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
// The process that started it has gone, or who read what it says: nothing is to be left behind.
process.on('disconnect', end);
process.stdout.on('error', end);

const cluster = DATABASE_URL ? undefined : await startCluster();
try {
  const url = cluster?.url ?? DATABASE_URL;
  console.log(`DATABASE_URL=${String(url)}`);
  const ports = [PORT, PORT === '0' ? '0' : String(Number(PORT) + 1)];
  const statuses = await Promise.all(
    ports.map(async (port) => {
      const env = { ...process.env, DATABASE_URL: url, PORT: port };
      const replica = fork(program, { env, signal: ending.signal });
      replica.on('error', () => undefined); // `exit` follows
      const status = await new Promise<number | null>((resolve) => replica.once('exit', resolve));
      // One that could not start ends the other; one that was killed does not.
      if (status !== null && status > 0) ending.abort();
      return status;
    }),
  );
  process.exitCode = Math.max(...statuses.map(Number));
} finally {
  await cluster?.stop();
}
process.exit();

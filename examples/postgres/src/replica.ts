import type { AddressInfo } from 'node:net';
import { IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import postgres from 'postgres';
import { createApp } from './app.ts';
import { createTables } from './deployments.ts';

/* One replica: a process that serves, and works on the runs that it started. The README has its variables. */
const { DATABASE_URL, HOST = '127.0.0.1', PORT = '8080', STEP_MS = '3000', CORDON_TOKEN = '' } = process.env;
if (DATABASE_URL === undefined)
  throw new Error('DATABASE_URL is missing: `start` brings a database of its own');

const sql = postgres(DATABASE_URL, { connect_timeout: 3 });
await createTables(sql);
const app = await createApp(sql, {
  stepMs: Number(STEP_MS),
  cordonToken: CORDON_TOKEN === '' ? undefined : CORDON_TOKEN,
});

// With the process that started it, too, if that is one of Node's.
for (const end of ['SIGINT', 'SIGTERM', 'disconnect'] as const) {
  process.once(end, () => {
    void app
      .close()
      .then(() => sql.end({ timeout: 1 }))
      .then(() => process.exit());
  });
}

await app.listen({ host: HOST, port: Number(PORT) });
const url = `http://${HOST}:${(app.server.address() as AddressInfo).port}`;
console.log(`curl -s ${url}${IN_FLIGHT_COUNT_PATH}`);
console.log(`listening on ${url}`);

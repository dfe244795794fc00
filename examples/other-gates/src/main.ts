import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInFlightIndex, QUIET_PATH } from '@quietgate/core';
import { inFlightCount } from '@quietgate/http-adapters/node';

const { PORT = '8080' } = process.env;
const RUN_MS = 60_000;

/** A server to try the gates on: one run is in flight, for a minute from the start. */
const index = createInFlightIndex();
index.set({ id: 't13', status: 'tofu-applying' });
setTimeout(() => {
  index.delete('t13');
}, RUN_MS);

const server = createServer(
  inFlightCount({ listDeployments: () => index, subscribe: index.subscribe, quietPath: QUIET_PATH }),
);
server.listen(Number(PORT), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(`http://127.0.0.1:${port} is busy for a minute, then quiet`);
});

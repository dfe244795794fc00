import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import { createApp } from './app.ts';
import { runCatalyst } from './run-catalyst.ts';

await runCatalyst(async (catalyst, { host, port }) => {
  const server = createServer(createApp(catalyst));
  server.listen(port, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
});

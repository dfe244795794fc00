import { once } from 'node:events';
import { createServer } from 'node:http';
import { createApp } from './app.ts';
import { runCatalyst } from './run-catalyst.ts';

await runCatalyst(async (catalyst, { host, port, ...serving }) => {
  const server = createServer(createApp(catalyst, serving));
  server.listen(port, host);
  await once(server, 'listening');
  return server;
});

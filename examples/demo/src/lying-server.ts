import { once } from 'node:events';
import { createServer } from 'node:http';
import { IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { createApp } from '@quietgate/example-node-http/app';
import { runCatalyst } from '@quietgate/example-node-http/run-catalyst';

/** For tests: a server that says that nothing is in flight, whatever is. A replay against it must not succeed. */
await runCatalyst(async (catalyst, { host, port, ...serving }) => {
  const app = createApp(catalyst, serving);
  const server = createServer((request, response) => {
    if (request.url?.startsWith(IN_FLIGHT_COUNT_PATH)) response.end('{"count":0,"ids":[]}');
    else app(request, response);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
});

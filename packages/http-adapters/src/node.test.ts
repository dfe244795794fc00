import { RunRefused } from '@quietgate/core';
import connect from 'connect';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { describeAdapter, describeCordon, describeRuns } from '../contract/adapter-contract.ts';
import { BEGIN_PATHS } from '../contract/runs.ts';
import { deployCordon, inFlightCount, serveRuns } from './node.ts';

describeAdapter({
  name: "Node's http",
  createServer: (options) => createServer(inFlightCount(options)),
});

describeAdapter({
  name: "Node's http2, by its compatibility API",
  http2: true,
  closesConnections: false,
  createServer: (options) => createHttp2Server(inFlightCount(options)),
});

describeAdapter({
  name: 'connect',
  createServer: (options) => createServer(connect().use(inFlightCount(options))),
});

describeAdapter({
  name: 'connect, below a mount path',
  prefix: '/ops',
  createServer: (options) => createServer(connect().use('/ops', inFlightCount(options))),
});

describeCordon({
  name: "Node's http",
  checksLaws: true,
  createServer: (options) => createServer(deployCordon(options)),
});

describeCordon({
  name: "Node's http2, by its compatibility API",
  http2: true,
  createServer: (options) => createHttp2Server(deployCordon(options)),
});

describeRuns({
  name: "Node's http",
  checksLaws: true,
  createServer(options) {
    const { runs } = options;
    const answer = serveRuns(options);
    const begin = async (path: string) => {
      if (path === BEGIN_PATHS.begin) await runs.begin('begun');
      else await runs.during('during', () => undefined);
    };
    return createServer((request, response) => {
      answer(request, response, () => {
        if (!Object.values<string>(BEGIN_PATHS).includes(String(request.url))) {
          response.writeHead(404).end();
          return;
        }
        begin(String(request.url)).then(
          () => response.writeHead(204).end(),
          (error: unknown) => {
            if (!(error instanceof RunRefused)) throw error;
            response.writeHead(error.status, error.headers).end(error.message);
          },
        );
      });
    });
  },
});

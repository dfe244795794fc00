import connect from 'connect';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { describeAdapter, describeCordon, describeRuns } from '../contract/adapter-contract.ts';
import { runsHosts } from '../contract/runs-hosts.ts';
import { deployCordon, inFlightCount } from './node.ts';

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

describeRuns(runsHosts.node);

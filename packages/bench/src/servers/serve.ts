import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { FRAMEWORKS, type FrameworkName } from './contenders.ts';
import { type Kind, makeServer } from './stores.ts';

// One server in a process of its own: `serve.ts <framework> <kind> <records>`. It sends its port, then on each message
// what it has done so far, and ends with its parent.
const [framework, kind, records] = process.argv.slice(2) as [FrameworkName, Kind, string];

/** What a server has done since it started. */
export interface Usage {
  readonly listings: number;
  readonly cpuUs: number;
}

let listings = 0;
const server = await makeServer(FRAMEWORKS[framework], kind, Number(records), () => listings++);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.on('disconnect', () => process.exit());
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ listings, cpuUs: user + system } satisfies Usage);
});
process.send?.((server.address() as AddressInfo).port);

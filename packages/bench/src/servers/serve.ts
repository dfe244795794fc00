import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { FRAMEWORKS, type FrameworkName } from './frameworks.ts';
import { type Kind, makeServer } from './stores.ts';

// One server in a process of its own: `serve.ts <framework> <kind> <records>`. It sends its port, then on each message
// how often it has listed so far, and ends with its parent.
const [framework, kind, records] = process.argv.slice(2) as [FrameworkName, Kind, string];

let listings = 0;
const server = await makeServer(FRAMEWORKS[framework], kind, Number(records), () => listings++);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.on('disconnect', () => process.exit());
process.on('message', () => {
  process.send?.(listings);
});
process.send?.((server.address() as AddressInfo).port);

import { createInFlightIndex } from '@quietgate/core';
import type { AddressInfo } from 'node:net';
import { CONTENDERS, filterByHand, makeDeployments } from './servers.ts';

// One server in a process of its own: `server.ts <adapter> <adapter|index|constant|filter> <records>`. It tells its port
// and ends with its parent.
const [name = '', kind = '', records = ''] = process.argv.slice(2);

function makeServer() {
  const contenders = CONTENDERS[name];
  if (contenders === undefined) throw new Error(`no such adapter: ${name}`);
  const deployments = makeDeployments(Number(records));
  const constant = filterByHand(deployments);
  switch (kind) {
    case 'adapter':
      return contenders.adapter(deployments);
    case 'index': {
      const index = createInFlightIndex();
      for (const deployment of deployments) index.set(deployment);
      return contenders.adapter(index);
    }
    case 'constant':
      return contenders.byHand(() => constant);
    case 'filter':
      return contenders.byHand(() => filterByHand(deployments));
    default:
      throw new Error(`no such kind of server: ${kind}`);
  }
}

const server = await makeServer();
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());

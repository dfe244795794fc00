import { IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import autocannon from 'autocannon';
import { fork } from 'node:child_process';
import { once } from 'node:events';

/** What a server did under load. */
export interface Load {
  readonly perSecond: number;
  readonly listingsPerRequest: number;
}

export interface ServerProcess {
  /** Loads it over so many connections, each of which asks again once it is answered. */
  load(connections: number, seconds: number): Promise<Load>;
  stop(): void;
}

/** Starts a server of `serve.ts`, and warms it up. */
export async function startServer(...args: readonly (string | number)[]): Promise<ServerProcess> {
  const child = fork(new URL('../servers/serve.ts', import.meta.url), args.map(String));
  const died = once(child, 'exit').then(() => {
    throw new Error(`the server ${args.join(' ')} died`);
  });
  died.catch(() => undefined);
  const next = async () => (await Promise.race([once(child, 'message'), died])) as [unknown];
  const listings = async () => {
    child.send('listings');
    return (await next())[0] as number;
  };

  const [port] = await next();
  const url = `http://127.0.0.1:${String(port)}${IN_FLIGHT_COUNT_PATH}`;
  const load = async (connections: number, seconds: number): Promise<Load> => {
    const before = await listings();
    const result = await autocannon({ url, connections, duration: seconds, sampleInt: 100 });
    if (result.errors + result.non2xx > 0) {
      throw new Error(`${args.join(' ')}: ${result.errors} errors, ${result.non2xx} refusals`);
    }
    const after = await listings();
    const requests = result['2xx'];
    return {
      perSecond: requests / result.duration,
      listingsPerRequest: (after - before) / requests,
    };
  };
  await load(50, 0.5);
  const stop = () => {
    child.disconnect();
  };
  return { load, stop };
}

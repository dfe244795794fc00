import { IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { HoldUsage } from '../servers/hold.ts';

/** What a long poll costs its server. */
export interface HoldCost {
  /** From the request to its answer, on a connection of its own. */
  readonly cpuUs: number;
  /** While it is held. */
  readonly bytes: number;
}

/** Lets a server hold so many long polls at once, and answers them by turning quiet. */
export async function holdRequests(count: number): Promise<HoldCost> {
  const child = fork(new URL('../servers/hold.ts', import.meta.url), {
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  const next = async () => ((await once(child, 'message')) as [unknown])[0];
  const usage = async (what: 'bytes' | 'cpu') => {
    child.send(what);
    return (await next()) as HoldUsage;
  };
  const port = (await next()) as number;
  const agent = new Agent({ keepAlive: false, maxSockets: Infinity });

  const before = await usage('bytes');
  const answers: Promise<IncomingMessage>[] = [];
  const asked = Array.from({ length: count }, async () => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      path: IN_FLIGHT_COUNT_PATH,
      agent,
      headers: { prefer: 'wait=25' },
    });
    answers.push(once(outgoing, 'response').then(([response]) => response as IncomingMessage));
    outgoing.end();
    await once(outgoing, 'finish');
  });
  await Promise.all(asked);
  let asking = await usage('cpu');
  while (asking.requests < count) asking = await usage('cpu');
  const held = await usage('bytes');

  child.send('quiet');
  for (const answer of answers) {
    const response = await answer;
    if (response.statusCode !== 200)
      throw new Error(`a long poll was answered ${String(response.statusCode)}`);
    response.resume();
  }
  const after = await usage('cpu');
  child.disconnect();
  const cpuUs = asking.cpuUs - before.cpuUs + (after.cpuUs - held.cpuUs);
  return { cpuUs: cpuUs / count, bytes: (held.bytes - before.bytes) / count };
}

/*
 * The clients of `load.ts`, in a process of their own: started with a URL and a number of seconds, they print what
 * they saw as JSON.
 */
import { Agent, get, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** What the clients tell. */
export interface LoadResult {
  readonly answers: number;
  readonly longPolls: number;
  readonly longPollsLeft: number;
  readonly slowBytes: number;
  readonly leftEarly: number;
  /** What no client brought about itself. */
  readonly errors: readonly string[];
}

const POLITE = 140;
const LEAVING = 40;
const SLOW = 20;
const WAITING = 100;
export const CONNECTIONS: number = POLITE + LEAVING + SLOW + WAITING;

const [, script, url = '', seconds = '0'] = process.argv;
if (script === fileURLToPath(import.meta.url)) {
  const until = performance.now() + Number(seconds) * 1000;
  console.log(JSON.stringify(await pester(new URL(url), () => performance.now() < until)));
}

async function pester(target: URL, goesOn: () => boolean): Promise<LoadResult> {
  const seen = {
    answers: 0,
    longPolls: 0,
    longPollsLeft: 0,
    slowBytes: 0,
    leftEarly: 0,
    errors: [] as string[],
  };
  const repeat = async (once: () => Promise<void>) => {
    while (goesOn()) await once().catch((error: unknown) => seen.errors.push(String(error)));
  };

  const polite = () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    return repeat(async () => {
      const { status, body } = await ask(target, { agent });
      const { count } = JSON.parse(body) as { count: unknown };
      if (status !== 200 || count !== 1500) throw new Error(`${status}: ${body.slice(0, 80)}`);
      seen.answers++;
    }).finally(() => {
      agent.destroy();
    });
  };

  const leaving = () =>
    repeat(async () => {
      const state = { isOver: false, hasLeft: false };
      const note = (error: unknown) => {
        if (!state.hasLeft) seen.errors.push(String(error));
      };
      const request = get(target, { agent: false }).on('error', note);
      request.on('response', (response) => {
        response.on('error', note).on('end', () => (state.isOver = true));
        response.resume();
      });
      await delay(Math.random() * 30);
      if (!state.isOver) seen.leftEarly++;
      state.hasLeft = true;
      request.destroy();
    });

  /** Would rather wait; every other time it leaves before it is answered. */
  const waiting = () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const headers = { prefer: 'wait=1' };
    let leaves = false;
    return repeat(async () => {
      leaves = !leaves;
      const signal = leaves ? AbortSignal.timeout(Math.round(100 + Math.random() * 400)) : undefined;
      try {
        const { status, applied } = await ask(target, { agent, headers, ...(signal && { signal }) });
        if (status !== 200 || applied !== 'wait=1') throw new Error(`${status}: applied ${String(applied)}`);
        seen.longPolls++;
      } catch (error) {
        if (signal?.aborted !== true) throw error;
        seen.longPollsLeft++;
      }
    }).finally(() => {
      agent.destroy();
    });
  };

  const slow = () =>
    repeat(async () => {
      const socket = connect(Number(target.port), target.hostname);
      socket.on('error', (error) => seen.errors.push(String(error)));
      socket.write(`GET ${target.pathname} HTTP/1.1\r\nHost: load.test\r\n\r\n`.repeat(20)); // not waiting for answers
      for (let sip = 0; sip < 20 && goesOn(); sip++) {
        await delay(50);
        seen.slowBytes += (socket.read(8192) as Buffer | null)?.length ?? 0;
      }
      socket.destroy();
    });

  await Promise.all([
    ...Array.from({ length: POLITE }, polite),
    ...Array.from({ length: LEAVING }, leaving),
    ...Array.from({ length: SLOW }, slow),
    ...Array.from({ length: WAITING }, waiting),
  ]);
  return { ...seen, errors: seen.errors.slice(0, 20) };
}

interface Asked {
  readonly status: number | undefined;
  readonly applied: unknown;
  readonly body: string;
}

function ask(target: URL, options: RequestOptions): Promise<Asked> {
  return new Promise((resolve, reject) => {
    get(target, options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode, applied: response.headers['preference-applied'], body });
      });
    }).on('error', reject);
  });
}

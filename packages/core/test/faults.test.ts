import { getEventListeners } from 'node:events';
import { STATUS_CODES } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, type GateEvent, type QuietResult, systemClock, waitForQuiet } from '@quietgate/core';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, FAULTS, FLOODS, ZERO } from './faults.ts';
import { type Behaviour, type HostileServer, startHostileServer } from './hostile-server.ts';

/** Real time, but faster, so that nobody waits a second for a retry. */
const SPEED = 20;
const fastClock: Clock = {
  now: () => Math.floor(performance.now() * SPEED),
  sleep: (ms, signal) => systemClock.sleep(ms / SPEED, signal),
};

/** For requests that come to an end by themselves: so long that even a very busy machine ends them in time. */
const PATIENT_MS = 15_000 * SPEED;
/** For requests that do not: whatever the machine does meanwhile, the time is over. */
const IMPATIENT_MS = 60 * SPEED;
const RETRY_DELAY_MS = 1000;

const MIB = 1024 * 1024;

const warnings: Error[] = [];
const noteWarning = (warning: Error) => warnings.push(warning);
let runnersOwn: readonly string[] = [];
beforeAll(async () => {
  await delay(5);
  runnersOwn = process.getActiveResourcesInfo();
  process.on('warning', noteWarning);
});
afterAll(() => {
  process.off('warning', noteWarning);
  expect(warnings).toEqual([]);
});

describe('an endpoint that goes wrong', () => {
  it.each(FAULTS)('makes the gate see $expected.0: $name', async (fault) => {
    const { result, retries } = await confront(fault, {
      requestTimeoutMs: fault.silent ? IMPATIENT_MS : PATIENT_MS,
    });
    expect(fault.expected).toContain(verdictOf(result));
    expect(retries).toBe(isTransient(result) ? 1 : 0);
    expect(result.elapsedMs).toBeGreaterThanOrEqual(leastElapsedMs(result));
  });

  it.each(FLOODS)('makes the gate see $expected.0, and takes no memory: $name', async (fault) => {
    const memory = watchMemory();
    const { result, bytesSent } = await confront(fault, { requestTimeoutMs: PATIENT_MS });
    expect(fault.expected).toContain(verdictOf(result));
    expect(bytesSent).toBeLessThan(32 * MIB);
    expect(memory.peakGrowth()).toBeLessThan(64 * MIB);
  });

  it('is not there: nobody listens', async () => {
    const { result, retries } = await confront({}, { url: `http://127.0.0.1:${await freePort()}` });
    expect(result).toMatchObject({ outcome: 'failed-open', reason: 'unreachable', polls: 1 });
    expect(retries).toBe(1);
  });

  it('is not there: a port that fetch refuses to ask', async () => {
    const { result } = await confront({}, { url: 'http://127.0.0.1:6667' });
    expect(verdictOf(result)).toBe('unreachable');
  });
});

describe('a status', () => {
  const known = Object.keys(STATUS_CODES).map(Number);
  const unusual = [209, 299, 306, 399, 419, 420, 444, 499, 509, 520, 530, 598, 599];

  it.each([...known, ...unusual].filter((status) => status > 200 && status !== 407))(
    'of %i',
    async (status) => {
      const { result, retries } = await confront({
        answer: (wire) => {
          wire.respond(status, {}, ZERO);
        },
      });
      expect(result).toMatchObject({
        outcome: 'failed-open',
        reason: status === 404 ? 'not-found' : 'http-status',
        status,
        polls: 1,
      });
      expect(retries).toBe([408, 425, 429, 500, 502, 503, 504].includes(status) ? 1 : 0);
    },
  );

  it('of 407 is a failed request, because fetch keeps what a proxy asks for to itself', async () => {
    const { result } = await confront({
      answer: (wire) => {
        wire.respond(407, {}, ZERO);
      },
    });
    expect(verdictOf(result)).toBe('unreachable');
  });

  it.each([0, 42, 199, 600, 999])('that does not exist, %i, is no green light', async (status) => {
    const { result } = await confront({
      answer: (wire) => {
        wire.respond(status, {}, ZERO);
      },
    });
    expect(result).toMatchObject({ outcome: 'failed-open', polls: 1 });
  });

  it('of 503 asks to be left alone, but not for longer than one interval', async () => {
    const { events } = await confront(
      {
        answer: (wire) => {
          wire.respond(503, { 'Retry-After': '3600' });
        },
      },
      { intervalMs: 1234 },
    );
    expect(events).toMatchObject([{ type: 'retrying', reason: 'http-status', status: 503, nextInMs: 1234 }]);
  });
});

describe('a redirect', () => {
  const KINDS = [301, 302, 303, 307, 308];
  const to =
    (status: number, location: (path: string) => string): NonNullable<Behaviour['answer']> =>
    (wire, { path }) => {
      wire.respond(status, { Location: location(path) });
    };

  /** Redirects the first request, and answers the next. */
  const then = (status: number, location: string, next: NonNullable<Behaviour['answer']>): Behaviour => ({
    answer: (wire, request) => {
      if (request.path === '/elsewhere') next(wire, request);
      else to(status, () => location)(wire, request);
    },
  });

  it.each(KINDS)('of kind %i is followed to where it ends', async (kind) => {
    const { result } = await confront(
      then(kind, '/elsewhere', (wire) => {
        wire.respond(200, {}, ZERO);
      }),
    );
    expect(verdictOf(result)).toBe('quiet');
  });

  it.each(KINDS)('of kind %i to a 404 ends there', async (kind) => {
    const { result } = await confront(
      then(kind, '/elsewhere', (wire) => {
        wire.respond(404, {});
      }),
    );
    expect(verdictOf(result)).toBe('not-found');
  });

  it.each(KINDS)('of kind %i to a login page ends there, and is told', async (kind) => {
    const { result } = await confront(
      then(kind, '/elsewhere', (wire) => {
        wire.respond(200, {}, '<p>Sign in</p>');
      }),
    );
    expect(result).toMatchObject({
      reason: 'invalid-response',
      message: expect.stringContaining('/elsewhere') as unknown,
    });
  });

  it.each(KINDS)('of kind %i to silence ends there', async (kind) => {
    const { result } = await confront(
      then(kind, '/elsewhere', () => undefined),
      { requestTimeoutMs: IMPATIENT_MS },
    );
    expect(verdictOf(result)).toBe('request-timeout');
  });

  it.each(KINDS)('of kind %i without a Location is a status', async (kind) => {
    const { result } = await confront({
      answer: (wire) => {
        wire.respond(kind, {}, ZERO);
      },
    });
    expect(result).toMatchObject({ reason: 'http-status', status: kind });
  });

  it.each(KINDS)('of kind %i to another origin is followed, without the credentials', async (kind) => {
    const other = await startHostileServer({
      answer: (wire) => {
        wire.respond(200, {}, ZERO);
      },
    });
    const { result } = await confront(
      then(kind, `${other.origin}/elsewhere`, () => undefined),
      {
        headers: { authorization: 'Bearer secret' },
      },
    );
    await other.close();
    expect(verdictOf(result)).toBe('quiet');
    expect(other.requests.map(({ head }) => head)).toEqual([expect.not.stringContaining('secret')]);
  });

  it.each([
    ['to itself', (path: string) => path],
    ['to ever other pages', (path: string) => `${path}x`],
    ['to another scheme', () => 'ftp://127.0.0.1/count'],
    ['to a file', () => 'file:///etc/hostname'],
    ['to data', () => `data:application/json,${ZERO}`],
    ['to a script', () => 'javascript:0'],
    ['to no URL', () => 'http://['],
    ['to a port that fetch refuses to ask', () => 'http://127.0.0.1:6667/'],
  ])('%s leads nowhere', async (_, location) => {
    const { result } = await confront({ answer: to(302, location) });
    expect(verdictOf(result)).toBe('unreachable');
  });
});

interface Confrontation {
  readonly result: QuietResult;
  readonly events: readonly GateEvent[];
  readonly retries: number;
  readonly bytesSent: number;
}

/** Lets a gate meet a server, and sees to it that it leaves no socket, no timer and no listener. */
async function confront(
  behaviour: Behaviour & Partial<Fault>,
  options: {
    url?: string;
    requestTimeoutMs?: number;
    intervalMs?: number;
    headers?: Record<string, string>;
  } = {},
): Promise<Confrontation> {
  const server = await startHostileServer(behaviour);
  const { signal } = new AbortController();
  const events: GateEvent[] = [];
  try {
    const result = await waitForQuiet({
      url: server.origin.replace(/^https?/, behaviour.scheme ?? 'http'),
      requestTimeoutMs: PATIENT_MS,
      maxWaitMs: 10 * PATIENT_MS,
      retries: 1,
      clock: fastClock,
      signal,
      onEvent: (event) => events.push(event),
      ...options,
    });
    if (behaviour.lingers !== true) await vanish(server);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    return {
      result,
      events,
      retries: events.filter(({ type }) => type === 'retrying').length,
      bytesSent: server.bytesSent(),
    };
  } finally {
    await server.close();
  }
}

/** Waits until nothing of the gate is left: no connection that is of no use, and nothing that keeps the process alive. */
async function vanish(server: HostileServer): Promise<void> {
  const left = () => ({ connections: server.openConnections(), alive: keptAlive() });
  const nothing = { connections: 0, alive: [] };
  for (let turn = 0; turn < 1000 && !isDeepStrictEqual(left(), nothing); turn++) await delay(5);
  expect(left()).toEqual(nothing);
}

/** What keeps the process alive beyond what the test runner does. */
function keptAlive(): string[] {
  const runner = [...runnersOwn];
  return process.getActiveResourcesInfo().filter((resource) => {
    const at = runner.indexOf(resource);
    if (at >= 0) runner.splice(at, 1);
    return at < 0;
  });
}

function verdictOf(result: QuietResult): string {
  return result.outcome === 'failed-open' ? result.reason : result.outcome;
}

function isTransient(result: QuietResult): boolean {
  return ['unreachable', 'request-timeout'].includes(verdictOf(result));
}

function leastElapsedMs(result: QuietResult): number {
  return verdictOf(result) === 'request-timeout' ? 2 * IMPATIENT_MS + RETRY_DELAY_MS : 0;
}

function watchMemory() {
  const size = () => {
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + external + arrayBuffers;
  };
  const before = size();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, size());
  }, 2).unref();
  return {
    peakGrowth() {
      clearInterval(timer);
      return Math.max(peak, size()) - before;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

import { getEventListeners, once } from 'node:events';
import { STATUS_CODES } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, type GateEvent, type QuietResult, systemClock, waitForQuiet } from '@quietgate/core';
import { isDeepStrictEqual } from 'node:util';
import { getHeapStatistics } from 'node:v8';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, ZERO } from '@quietgate/testkit/fault';
import { FAULTS } from '@quietgate/testkit/faults';
import { FLOODS } from '@quietgate/testkit/floods';
import { type Behaviour, type HostileServer, startHostileServer } from '@quietgate/testkit/hostile-server';
import { watchClock } from './watched-clock.ts';

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
/** What the gate's own work may take, all tries together: five seconds of real time, as a busy machine may stall for one. */
const SLACK_MS = 5000 * SPEED;

const TRANSIENT_STATUSES = [
  ...[408, 425, 429],
  ...Array.from({ length: 100 }, (_, index) => 500 + index).filter((status) => ![501, 505].includes(status)),
];

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
    const { verdicts } = await confront(fault, {
      requestTimeoutMs: fault.silent ? IMPATIENT_MS : PATIENT_MS,
    });
    expect(verdicts.filter((verdict) => !fault.expected.includes(verdict))).toEqual([]);
  });

  it.each(FLOODS)('makes the gate see $expected.0, and is not read to its end: $name', async (fault) => {
    const { verdicts, bytesSent } = await confront(fault);
    expect(verdicts.filter((verdict) => !fault.expected.includes(verdict))).toEqual([]);
    expect(bytesSent).toBeLessThan(32 * MIB);
  });

  it('is not there: nobody listens', async () => {
    const { port, release } = await takePort();
    const { result, verdicts } = await confront({}, { url: `http://127.0.0.1:${port}` });
    release();
    expect(result).toMatchObject({ outcome: 'failed-open', reason: 'unreachable', polls: 1 });
    expect(verdicts).toEqual(['unreachable', 'unreachable']);
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
      const { result, verdicts } = await confront({
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
      expect(verdicts).toHaveLength(TRANSIENT_STATUSES.includes(status) ? 2 : 1);
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
    await vanish(other);
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
  /** What each try came to: reasons, and of the last one perhaps an outcome. */
  readonly verdicts: readonly string[];
  readonly bytesSent: number;
}

/**
 * Lets a gate meet a server. Whatever the server does, the gate gives each try its time and no more, takes little
 * memory, and leaves no socket, no timer and no listener.
 */
async function confront(
  behaviour: Behaviour & Partial<Fault>,
  options: {
    url?: string;
    requestTimeoutMs?: number;
    intervalMs?: number;
    headers?: Record<string, string>;
  } = {},
): Promise<Confrontation> {
  const { requestTimeoutMs = PATIENT_MS } = options;
  const server = await startHostileServer(behaviour);
  const clock = watchClock(fastClock);
  const { signal } = new AbortController();
  const events: GateEvent[] = [];
  const memory = watchMemory();
  try {
    const result = await waitForQuiet({
      url: server.origin.replace(/^https?/, behaviour.scheme ?? 'http'),
      maxWaitMs: 10 * PATIENT_MS,
      retries: 1,
      clock,
      signal,
      onEvent: (event) => events.push(event),
      ...options,
      requestTimeoutMs,
    });
    expect(memory.peakGrowth()).toBeLessThan(64 * MIB);
    expect(clock.underWay()).toBe(0);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    if (behaviour.lingers !== true) await vanish(server);

    // Tried once more if that may help, and not otherwise.
    const told = [...events, result];
    const verdicts = told.map(verdictOf);
    expect(told.map(isTransient)).toEqual([
      ...events.map(() => true),
      events.length === 1 && isTransient(result),
    ]);

    // A try and its time limit, the pause before a retry: all the gate's time is time that it asked the clock for. Of
    // its time a try spends a part before it first waits.
    const planned = [requestTimeoutMs, ...events.flatMap(({ nextInMs }) => [nextInMs, requestTimeoutMs])];
    const spentMs = planned.map((ms, index) => ms - (clock.sleeps[index]?.askedMs ?? NaN));
    const isTry = (_: unknown, index: number) => index % 2 === 0;
    expect(clock.sleeps).toHaveLength(planned.length);
    expect(spentMs.filter((ms) => !(ms >= 0 && ms < SLACK_MS))).toEqual([]);
    expect(spentMs.filter((ms, index) => ms !== 0 && !isTry(ms, index))).toEqual([]);
    const slept = clock.sleeps.reduce((sum, { tookMs = 0 }) => sum + tookMs, 0);
    expect(result.elapsedMs - slept).toBeLessThan(SLACK_MS);
    const hasty = clock.sleeps
      .filter(isTry)
      .filter(({ tookMs = 0, askedMs }, index) => verdicts[index] === 'request-timeout' && tookMs < askedMs);
    expect(hasty).toEqual([]);
    return { result, events, verdicts, bytesSent: server.bytesSent() };
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

function verdictOf(told: GateEvent | QuietResult): string {
  if ('reason' in told) return told.reason;
  return 'outcome' in told ? told.outcome : told.type;
}

function isTransient(told: GateEvent | QuietResult): boolean {
  if (verdictOf(told) === 'http-status') {
    return 'status' in told && TRANSIENT_STATUSES.includes(told.status ?? 0);
  }
  return ['unreachable', 'request-timeout'].includes(verdictOf(told));
}

function watchMemory() {
  const size = () => {
    const { used_heap_size, external_memory } = getHeapStatistics(); // array buffers are part of the latter
    return used_heap_size + external_memory;
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

/** A port where nobody listens, nor can: an end of a connection has it. */
async function takePort(): Promise<{ port: number; release: () => void }> {
  const server = createServer((socket) => socket.unref())
    .listen(0, '127.0.0.1')
    .unref();
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').unref();
  await once(socket, 'connect');
  const release = () => {
    socket.destroy();
    server.close();
  };
  return { port: socket.localPort ?? 0, release };
}

import type { QuietResult, Roll } from '@quietgate/core';
import { describe, expect, it } from 'vitest';
import { createHoldWorld } from '../../test/hold-world.ts';
import { after, type Answer, fail, hang, status } from '../../test/scripted-endpoint.ts';
import { whenQuiet } from './when-quiet.ts';

const reason = new Error('not now');

/** Never answers, as a server that hangs. */
const hangUntilAborted: Answer = (signal) =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason);
    });
  });

describe('the roll', () => {
  it('is called once, with the results, a signal and keep', async () => {
    const { gate, clock } = createHoldWorld();
    const contexts: Parameters<Roll<void>>[0][] = [];
    await whenQuiet(gate('a'), (context) => {
      contexts.push(context);
    });
    expect(contexts).toHaveLength(1);
    expect(Object.keys(contexts[0] ?? {}).sort()).toEqual(['keep', 'results', 'signal']);
    expect(contexts[0]?.results).toMatchObject([{ outcome: 'quiet' }]);
    expect(contexts[0]?.signal.aborted).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it.for<[string, () => unknown]>([
    ['returns', () => 'rolled'],
    ['resolves with', () => Promise.resolve('rolled')],
  ])('gives what it %s', async ([, roll]) => {
    const { gate } = createHoldWorld();
    await expect(whenQuiet(gate('a'), roll)).resolves.toBe('rolled');
  });

  it.for<[string, () => Promise<never>]>([
    [
      'throws',
      () => {
        throw reason;
      },
    ],
    ['rejects with', () => Promise.reject(reason)],
  ])('may call the deploy off, by what it %s', async ([, roll]) => {
    const { gate, asked, isUp } = createHoldWorld();
    await expect(whenQuiet(gate('a'), roll)).rejects.toBe(reason);
    expect(asked('a')).toEqual(['0 PUT', '0 GET', '0 PUT', '0 DELETE']);
    expect(isUp('a')).toBe(false);
  });

  it('is told how the cordon is by then, and not when its gate ended', async () => {
    const { server, gate } = createHoldWorld();
    server('a').count = 1;
    server('b').count = 1;
    const gates = [gate('a', { maxWaitMs: 10_000 }), gate('b', { maxWaitMs: 55_000 })];
    const [first] = await whenQuiet(gates, ({ results }) => results);
    // Renewed at 20 s and 40 s.
    expect(first).toMatchObject({
      outcome: 'timed-out',
      elapsedMs: 10_000,
      cordon: { up: true, remainingMs: 585_000 },
    });
  });
});

describe('while the roll goes on', () => {
  it('leases are renewed each interval', async () => {
    const { gate, asked, rollFor } = createHoldWorld();
    await whenQuiet(gate('a'), rollFor(70_000));
    expect(asked('a').slice(2)).toEqual(['0 PUT', '20000 PUT', '40000 PUT', '60000 PUT', '70000 DELETE']);
  });

  it('short ones before half is over, counted from when the last one was sent', async () => {
    const { server, gate, asked, clock, rollFor } = createHoldWorld();
    server('a').instead = ({ method, atMs }) =>
      method === 'PUT' && atMs === 9999
        ? after(3000, clock, () => Promise.resolve(Response.json({ seconds: 20, lease: 'lease-1' })))
        : undefined;
    await whenQuiet(gate('a', { cordon: { leaseMs: 20_000 } }), rollFor(30_000));
    expect(asked('a').slice(2)).toEqual(['0 PUT', '9999 PUT', '19998 PUT', '29997 PUT', '30000 DELETE']);
  });

  it('those of gates that ended in another way, too', async () => {
    const { server, gate, asked, rollFor } = createHoldWorld();
    server('a').instead = ({ method }) => (method === 'GET' ? status(404) : undefined);
    await whenQuiet(gate('a'), rollFor(30_000));
    expect(asked('a')).toEqual(['0 PUT', '0 GET', '20000 PUT', '30000 DELETE']);
  });

  it('those that may last, 5 s after the renewal that failed', async () => {
    const { server, gate, asked, told, rollFor } = createHoldWorld();
    const failing = [false, true, true, false];
    server('a').instead = ({ method }) =>
      method === 'PUT' && failing.shift() === true ? status(403) : undefined;
    const results: QuietResult[] = [];
    await whenQuiet(gate('a'), (context) => {
      results.push(...context.results);
      return rollFor(12_000)(context);
    });
    expect(results).toMatchObject([{ outcome: 'quiet', cordon: { up: false } }]);
    expect(asked('a')).toEqual(['0 PUT', '0 GET', '0 PUT', '5000 PUT', '10000 PUT', '12000 DELETE']);
    expect(told('a')).toEqual(['0 cordoned', '0 uncordoned', '10000 cordoned', '12000 lifted']);
  });

  it('a renewal that fails is told once, and tried again each 5 s after it failed', async () => {
    const { server, gate, asked, told, rollFor } = createHoldWorld();
    server('a').instead = ({ method, atMs }) =>
      method === 'PUT' && atMs >= 20_000 && atMs < 60_000 ? hangUntilAborted : undefined;
    await whenQuiet(gate('a'), rollFor(70_000));
    // Each is given up after the 10 s of a request.
    expect(asked('a').slice(3)).toEqual(['20000 PUT', '35000 PUT', '50000 PUT', '65000 PUT', '70000 DELETE']);
    expect(told('a')).toEqual(['0 cordoned', '30000 uncordoned', '65000 cordoned', '70000 lifted']);
  });

  it('one that passes is retried once, after 1 s', async () => {
    const { server, gate, asked, told, rollFor } = createHoldWorld();
    server('a').instead = ({ method, atMs }) =>
      method === 'PUT' && atMs === 20_000 ? status(503) : undefined;
    await whenQuiet(gate('a'), rollFor(30_000));
    expect(asked('a').slice(3)).toEqual(['20000 PUT', '21000 PUT', '30000 DELETE']);
    expect(told('a')).toEqual(['0 cordoned', '20000 retrying', '30000 lifted']);
  });

  it('another lease is told as uncordoned and cordoned, and kept up until all is over', async () => {
    const { gate, asked, told, rollFor, restart, clock, isUp } = createHoldWorld();
    void clock.sleep(30_000).then(() => {
      restart('a');
    });
    await whenQuiet(gate('a'), rollFor(70_000));
    expect(asked('a').slice(3)).toEqual(['20000 PUT', '40000 PUT', '60000 PUT', '70000 DELETE']);
    expect(told('a')).toEqual(['0 cordoned', '40000 uncordoned', '40000 cordoned', '70000 lifted']);
    expect(isUp('a')).toBe(false);
  });

  it('another lease after a failure is told as cordoned alone', async () => {
    const { server, gate, told, rollFor, restart, clock } = createHoldWorld();
    server('a').instead = ({ method, atMs }) =>
      method === 'PUT' && atMs === 20_000 ? status(403) : undefined;
    void clock.sleep(22_000).then(() => {
      restart('a');
    });
    await whenQuiet(gate('a'), rollFor(30_000));
    expect(told('a')).toEqual(['0 cordoned', '20000 uncordoned', '25000 cordoned', '30000 lifted']);
  });

  it('a 409 ends the renewals, and the lease is lifted all the same', async () => {
    const { server, gate, asked, told, rollFor } = createHoldWorld();
    server('a').instead = ({ method, atMs }) =>
      method === 'PUT' && atMs === 20_000 ? status(409) : undefined;
    await whenQuiet(gate('a'), rollFor(90_000));
    expect(asked('a').slice(3)).toEqual(['20000 PUT', '90000 DELETE']);
    expect(told('a')).toEqual(['0 cordoned', '20000 uncordoned', '90000 lifted']);
  });

  it.for([fail(new Error('reset')), status(500), status(401), status(200, {}, 'no lease'), hang])(
    'no failure disturbs it',
    async (answer) => {
      const { server, gate, rollFor } = createHoldWorld();
      server('a').instead = ({ method, atMs }) => (method === 'PUT' && atMs > 0 ? answer : undefined);
      await expect(whenQuiet(gate('a'), rollFor(90_000))).resolves.toBe('rolled');
    },
  );

  it('a gate without a cordon sends nothing', async () => {
    const { gate, asked, rollFor } = createHoldWorld();
    await whenQuiet(gate('a', { cordon: false }), rollFor(90_000));
    expect(asked('a')).toEqual(['0 GET']);
  });
});

describe('once the roll has settled', () => {
  it('all leases are lifted at the same time', async () => {
    const { server, gate, clock, requests, told } = createHoldWorld();
    for (const host of ['a', 'b', 'c']) {
      server(host).instead = ({ method }) =>
        method === 'DELETE' ? after(3000, clock, () => Promise.resolve(Response.json({}))) : undefined;
    }
    await whenQuiet([gate('a'), gate('b'), gate('c')], () => undefined);
    const lifts = requests.filter(({ method }) => method === 'DELETE');
    expect(lifts.map(({ atMs, host, params }) => `${atMs} ${host} ${params}`)).toEqual(
      ['a', 'b', 'c'].map((host) => `0 ${host} holder=deploy-42`),
    );
    expect(clock.now()).toBe(3000);
    expect(told('b').at(-1)).toBe('3000 lifted');
  });

  it('the events say how long it has been since the call', async () => {
    const { gate, events, rollFor } = createHoldWorld();
    await whenQuiet(gate('a'), rollFor(30_000));
    expect(events.at(-1)).toMatchObject({ type: 'lifted', elapsedMs: 30_000, nextInMs: 0, poll: 1 });
  });

  it('lifting takes 10 s at most', async () => {
    const { server, gate, clock, told } = createHoldWorld();
    server('a').instead = ({ method }) => (method === 'DELETE' ? hang : undefined);
    await whenQuiet(gate('a', { requestTimeoutMs: 60_000 }), () => undefined);
    expect(clock.now()).toBe(10_000);
    expect(told('a')).toEqual(['0 cordoned', '10000 left']);
  });

  it('lifting is tried again within 10 s', async () => {
    const { server, gate, asked, told, isUp } = createHoldWorld();
    server('a').instead = ({ method, atMs }) =>
      method === 'DELETE' && atMs < 5000 ? status(503) : undefined;
    await whenQuiet(gate('a'), () => undefined);
    expect(asked('a').filter((each) => each.includes('DELETE'))).toEqual([
      '0 DELETE',
      '1000 DELETE',
      '3000 DELETE',
      '7000 DELETE',
    ]);
    expect(told('a').at(-1)).toBe('7000 lifted');
    expect(isUp('a')).toBe(false);
  });

  it.for([
    ['gives no answer', hang],
    ['fails', fail(new Error('reset'))],
    ['says that it is busy', status(503)],
  ] as const)('it takes 10 s at most when the server %s, and the lease is left', async ([, answer]) => {
    const { server, gate, clock, events } = createHoldWorld();
    server('a').instead = ({ method }) => (method === 'DELETE' ? answer : undefined);
    await expect(whenQuiet(gate('a'), () => 'rolled')).resolves.toBe('rolled');
    expect(clock.now()).toBeLessThanOrEqual(10_000);
    expect(events.at(-1)).toMatchObject({
      type: 'left',
      message: expect.stringContaining('the cordon at https://a') as string,
    });
    expect(clock.pending).toBe(0);
  });

  it('a lease that was never granted for sure is lifted, if it may have been', async () => {
    const { server, gate, asked, told } = createHoldWorld();
    server('a').instead = ({ method }) => (method === 'PUT' ? hang : undefined);
    await whenQuiet(gate('a', { requestTimeoutMs: 1000 }), () => undefined);
    expect(asked('a').at(-1)).toContain('DELETE');
    expect(told('a')).toEqual(['1000 uncordoned', expect.stringContaining('lifted')]);
  });

  it('none is lifted where none can have been granted', async () => {
    const { server, gate, asked, told } = createHoldWorld();
    server('a').instead = ({ method }) => (method === 'PUT' ? status(401) : undefined);
    await whenQuiet(gate('a'), () => undefined);
    expect(asked('a')).toEqual(['0 PUT', '0 GET']);
    expect(told('a')).toEqual(['0 uncordoned']);
  });

  it('none is renewed or lifted where each raise was refused', async () => {
    const { server, gate, requests, rollFor } = createHoldWorld();
    server('a').instead = ({ method }) => (method === 'PUT' ? status(400) : undefined);
    await whenQuiet(gate('a'), rollFor(30_000));
    expect(requests.filter(({ atMs }) => atMs > 0)).toEqual([]);
  });

  it('a renewal that is about to be retried is not', async () => {
    const { server, gate, asked, clock, rollFor } = createHoldWorld();
    server('a').instead = ({ method, atMs }) =>
      method === 'PUT' && atMs === 20_000 ? status(503) : undefined;
    await whenQuiet(gate('a'), rollFor(20_500));
    expect(clock.pending).toBe(0);
    await clock.advance(60_000);
    expect(asked('a').slice(3)).toEqual(['20000 PUT', '20500 DELETE']);
  });

  it('nor where the token came too late for every raise', async () => {
    const { gate, told, asked, clock } = createHoldWorld();
    const token = async () => {
      await clock.sleep(12_000);
      return 'a-token-of-16-characters';
    };
    await whenQuiet(gate('a', { cordon: { token } }), () => clock.sleep(30_000));
    expect(asked('a')).toEqual(['10000 GET']);
    expect(told('a')).toEqual(['10000 uncordoned']);
  });

  it('a renewal that is on its way is lifted, too', async () => {
    const { server, gate, asked, told, isUp, clock, rollFor } = createHoldWorld();
    // It gets to the server, and takes effect, only after the first lifting.
    server('a').instead = ({ method, atMs, params }) =>
      method === 'PUT' && atMs === 20_000
        ? async () => {
            await clock.sleep(3000);
            server('a').cordon = {
              leases: [
                { holder: String(params.get('holder')), id: 'lease-9', endsAt: clock.now() + 600_000 },
              ],
              upSince: clock.now(),
              upUntil: clock.now() + 600_000,
              lifted: [],
            };
            return Response.json({ seconds: 600, lease: 'lease-9' });
          }
        : undefined;
    await whenQuiet(gate('a'), rollFor(21_000));
    expect(asked('a').slice(3)).toEqual(['20000 PUT', '21000 DELETE', '23000 DELETE']);
    expect(told('a')).toEqual(['0 cordoned', '23000 lifted']);
    expect(isUp('a')).toBe(false);
  });
});

describe('once the lease is being lifted', () => {
  it('no raise is sent any more, not even a retry', async () => {
    const { server, gate, asked, told, isUp, clock, rollFor } = createHoldWorld();
    server('a').instead = ({ method, atMs }) => {
      if (method === 'DELETE') return after(3000, clock, status(200, {}, '{}'));
      return atMs < 6500 ? status(method === 'PUT' ? 503 : 404) : undefined;
    };
    // The renewal of 6 s fails, and would be tried again at 7 s.
    await whenQuiet(gate('a'), rollFor(5500));
    expect(asked('a').slice(-2)).toEqual(['6000 PUT', '6500 DELETE']);
    expect(told('a').at(-1)).toBe('9500 lifted');
    expect(isUp('a')).toBe(false);
  });
});

describe('keep', () => {
  it('renews each lease once more, and lifts none, when the roll fulfils', async () => {
    const { gate, asked, isUp, clock } = createHoldWorld();
    const gates = [gate('a'), gate('b')];
    const rolled = await whenQuiet(gates, async ({ keep }) => {
      keep();
      await clock.sleep(30_000);
      return 'rolled';
    });
    expect(rolled).toBe('rolled');
    for (const host of ['a', 'b']) {
      expect(asked(host).slice(-2)).toEqual(['20000 PUT', '30000 PUT']);
      expect(isUp(host)).toBe(true);
    }
    await clock.advance(600_000);
    expect([isUp('a'), isUp('b')]).toEqual([false, false]);
  });

  it('renews only once a renewal that is pending has its answer', async () => {
    const { server, gate, asked, clock } = createHoldWorld();
    const renewed = () => Promise.resolve(Response.json({ seconds: 600, lease: 'lease-1' }));
    server('a').instead = ({ method, atMs }) =>
      method === 'PUT' && atMs === 20_000 ? after(3000, clock, renewed) : undefined;
    await whenQuiet(gate('a'), async ({ keep }) => {
      keep();
      await clock.sleep(21_000);
    });
    expect(asked('a').slice(3)).toEqual(['20000 PUT', '23000 PUT']);
  });

  it('lifts all the same when the roll rejects', async () => {
    const { gate, asked } = createHoldWorld();
    const rolling = whenQuiet(gate('a'), ({ keep }) => {
      keep();
      return Promise.reject(new Error('failed'));
    });
    await expect(rolling).rejects.toThrow('failed');
    expect(asked('a').at(-1)).toBe('0 DELETE');
  });

  it('does not disturb a roll by a last renewal that fails', async () => {
    const { server, gate, told, clock } = createHoldWorld();
    server('a').instead = ({ method, atMs }) => (method === 'PUT' && atMs > 0 ? hang : undefined);
    const rolling = whenQuiet(gate('a'), async ({ keep }) => {
      keep();
      await clock.sleep(5000);
      return 'rolled';
    });
    await expect(rolling).resolves.toBe('rolled');
    expect(told('a')).toEqual(['0 cordoned', '15000 uncordoned']);
    expect(clock.now()).toBe(15_000);
  });
});

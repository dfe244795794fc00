import { describe, expect, it } from 'vitest';
import { createHoldWorld } from '../../test/hold-world.ts';
import { after, hang, status } from '../../test/scripted-endpoint.ts';
import { whenQuiet } from './when-quiet.ts';

const UNTIL = (endsAtMs: number) => (atMs: number) => (atMs < endsAtMs ? 1 : 0);

describe('a single gate', () => {
  it('waits as waitForQuiet does, and rolls without a further proof', async () => {
    const { server, gate, asked, clock } = createHoldWorld();
    server('a').count = UNTIL(30_000);
    const rolledAt = await whenQuiet(gate('a'), () => clock.now());
    expect(rolledAt).toBe(40_000);
    expect(asked('a')).toEqual(['0 PUT', '0 GET', '20000 GET', '40000 GET', '40000 PUT', '40000 DELETE']);
  });

  it('may be given as a list of one', async () => {
    const { gate, asked } = createHoldWorld();
    await whenQuiet([gate('a')], () => undefined);
    expect(asked('a')).toEqual(['0 PUT', '0 GET', '0 PUT', '0 DELETE']);
  });

  it('needs no cordon', async () => {
    const { gate, asked } = createHoldWorld();
    await expect(whenQuiet(gate('a', { cordon: false }), ({ results }) => results)).resolves.toEqual([
      { outcome: 'quiet', polls: 1, elapsedMs: 0, lastSeen: { count: 0, ids: [] } },
    ]);
    expect(asked('a')).toEqual(['0 GET']);
  });

  it('may ask a source', async () => {
    const { clock } = createHoldWorld();
    const source = () => ({ count: clock.now() < 50_000 ? 1 : 0, ids: [] });
    await expect(whenQuiet({ source, clock }, () => clock.now())).resolves.toBe(60_000);
  });

  it('rolls at the maximum wait too, with the outcome', async () => {
    const { server, gate, clock } = createHoldWorld();
    server('a').count = 1;
    const [[result], atMs] = await whenQuiet(gate('a', { maxWaitMs: 45_000 }), ({ results }) => [
      results,
      clock.now(),
    ]);
    expect(atMs).toBe(45_000);
    expect(result).toMatchObject({ outcome: 'timed-out', cordon: { up: true } });
  });
});

describe('several gates', () => {
  it('wait for the slowest proof, also of one that has renewed its lease meanwhile', async () => {
    const { server, gate, asked, clock } = createHoldWorld();
    server('a').instead = ({ method, atMs }) =>
      method === 'PUT' && atMs === 30_000
        ? after(1000, clock, () => Promise.resolve(Response.json({ seconds: 600, lease: 'lease-1' })))
        : undefined;
    server('b').count = UNTIL(25_000);
    const gates = [gate('a'), gate('b', { intervalMs: 15_000 })];
    expect(await whenQuiet(gates, () => clock.now())).toBe(31_000);
    expect(asked('a').slice(3)).toEqual(['20000 PUT', '30000 PUT', '31000 DELETE']);
  });

  it('wait at the same time, and give their results in the order of the gates', async () => {
    const { server, gate } = createHoldWorld();
    server('a').count = UNTIL(50_000);
    server('b').count = UNTIL(10_000);
    server('c').instead = () => status(404);
    const gates = [gate('a', { cordon: false }), gate('b', { cordon: false }), gate('c', { cordon: false })];
    const results = await whenQuiet(gates, ({ results }) => results);
    expect(results.map(({ outcome, elapsedMs }) => `${outcome} ${elapsedMs}`)).toEqual([
      'quiet 60000',
      'quiet 60000',
      'failed-open 0',
    ]);
  });

  it('roll each under a maximum wait of its own', async () => {
    const { server, gate, clock } = createHoldWorld();
    server('a').count = 1;
    server('b').count = 1;
    const gates = [gate('a', { maxWaitMs: 30_000 }), gate('b', { maxWaitMs: 90_000 })];
    const results = await whenQuiet(gates, ({ results }) => results.map(({ elapsedMs }) => elapsedMs));
    expect(results).toEqual([30_000, 90_000]);
    expect(clock.now()).toBe(90_000);
  });

  it('renew their leases once they have ended, each interval', async () => {
    const { server, gate, requests } = createHoldWorld();
    server('b').count = UNTIL(70_000);
    await whenQuiet([gate('a'), gate('b')], () => undefined);
    const raises = requests.filter(({ host, method }) => host === 'a' && method === 'PUT');
    expect(raises.map(({ atMs }) => atMs)).toEqual([0, 0, 20_000, 40_000, 60_000, 80_000]);
    expect(raises.slice(1).map(({ params }) => params.get('lease'))).toEqual(Array(5).fill('lease-1'));
  });

  it('renew a short lease before half of it is over, whatever their outcome', async () => {
    const { server, gate, requests } = createHoldWorld();
    server('a').instead = ({ method }) => (method === 'GET' ? status(404) : undefined);
    server('b').count = UNTIL(70_000);
    await whenQuiet([gate('a', { cordon: { leaseMs: 30_000 } }), gate('b')], () => undefined);
    const raises = requests.filter(({ host, method }) => host === 'a' && method === 'PUT');
    const gaps = raises.slice(1).map(({ atMs }, index) => atMs - (raises[index]?.atMs ?? NaN));
    expect(gaps).toEqual(Array(5).fill(14_999));
  });

  it('prove their zeros at the same time once all have ended, the last one too', async () => {
    const { server, gate, asked, requests } = createHoldWorld();
    server('b').count = UNTIL(10_000);
    server('d').count = UNTIL(10_000);
    const gates = [gate('a'), gate('b'), gate('c', { cordon: false }), gate('d', { cordon: false })];
    await whenQuiet(gates, () => undefined);
    expect(asked('a')).toEqual(['0 PUT', '0 GET', '0 PUT', '20000 PUT', '20000 DELETE']);
    expect(asked('b')).toEqual(['0 PUT', '0 GET', '20000 GET', '20000 PUT', '20000 PUT', '20000 DELETE']);
    expect(asked('c')).toEqual(['0 GET', '20000 GET']);
    expect(asked('d')).toEqual(['0 GET', '20000 GET', '20000 GET']);
    const proof = requests.filter(({ host }) => host === 'd').at(-1);
    expect(proof?.prefer).toBe('wait=0');
  });

  it('prove nothing where no gate is quiet', async () => {
    const { server, gate, asked } = createHoldWorld();
    for (const host of ['a', 'b']) server(host).instead = () => status(404);
    await whenQuiet([gate('a', { cordon: false }), gate('b', { cordon: false })], () => undefined);
    expect([...asked('a'), ...asked('b')]).toEqual(['0 GET', '0 GET']);
  });
});

describe('a proof that fails', () => {
  it('by a count above zero sends its gate back to waiting, while the others hold', async () => {
    const { server, gate, asked, clock } = createHoldWorld();
    // A run starts on `a` while `b` is busy.
    server('a').count = (atMs) => (atMs > 0 && atMs < 50_000 ? 1 : 0);
    server('b').count = UNTIL(10_000);
    const results = await whenQuiet([gate('a', { cordon: false }), gate('b')], ({ results }) => results);
    expect(asked('a')).toEqual(['0 GET', '20000 GET', '40000 GET', '60000 GET', '60000 GET']);
    expect(asked('b').slice(3)).toEqual(['20000 PUT', '20000 PUT', '40000 PUT', '60000 PUT', '60000 DELETE']);
    expect(results.map(({ outcome }) => outcome)).toEqual(['quiet', 'quiet']);
    expect(clock.now()).toBe(60_000);
  });

  it('by another lease sends its gate back to waiting', async () => {
    const { server, gate, asked, told, restart, clock } = createHoldWorld();
    server('b').count = UNTIL(10_000);
    void clock.sleep(15_000).then(() => {
      restart('a');
    });
    const gates = [gate('a', { intervalMs: 30_000 }), gate('b')];
    await whenQuiet(gates, () => undefined);
    expect(asked('a').slice(3)).toEqual(['20000 PUT', '20000 GET', '20000 PUT', '20000 PUT', '20000 DELETE']);
    expect(told('a')).toEqual(['0 cordoned', '20000 uncordoned', '20000 cordoned', '20000 lifted']);
  });

  it('sends its gate back no sooner than an interval after the last time', async () => {
    const { server, gate, clock, restart } = createHoldWorld();
    server('b').count = UNTIL(10_000);
    // The server restarts before every proof of `a`, three times.
    const proofs: number[] = [];
    server('a').instead = ({ method, atMs, params }) => {
      if (method !== 'PUT' || params.get('lease') === null || atMs < 20_000 || proofs.length === 6)
        return undefined;
      proofs.push(atMs);
      if (proofs.length % 2 === 1) restart('a');
      return undefined;
    };
    await whenQuiet([gate('a'), gate('b')], () => undefined);
    expect(proofs.filter((_, index) => index % 2 === 0)).toEqual([20_000, 20_000, 40_000]);
    expect(clock.now()).toBe(60_000);
  });

  it('is not made again by a gate that has gone back to waiting before its turn came', async () => {
    const { server, gate, asked, restart, clock } = createHoldWorld();
    const lease = { holder: 'deploy-42', id: 'lease-9', endsAt: 620_000 };
    const answerLate = (ms: number, id: string) =>
      after(ms, clock, () => Promise.resolve(Response.json({ seconds: 600, lease: id })));
    // The renewal of `a` is pending while `b` ends and all are to be proved; it brings another lease.
    server('a').instead = ({ method, atMs }) => {
      if (method !== 'PUT' || atMs !== 20_000) return undefined;
      server('a').cordon = { leases: [lease], upSince: atMs, upUntil: lease.endsAt, lifted: [] };
      return answerLate(1000, lease.id);
    };
    // So does the proof of `b`, which is busy then.
    server('b').count = (atMs) => (atMs < 15_000 || (atMs > 20_500 && atMs < 40_000) ? 1 : 0);
    server('b').instead = ({ method, atMs, params }) => {
      if (method !== 'PUT' || atMs !== 20_500 || params.get('lease') === null) return undefined;
      proofs++;
      if (proofs === 1) return undefined;
      restart('b');
      return answerLate(100, 'lease-8');
    };
    let proofs = 0;
    await whenQuiet([gate('a'), gate('b', { intervalMs: 10_250 })], () => undefined);
    expect(asked('a').slice(3, 7)).toEqual(['20000 PUT', '21000 GET', '21000 PUT', '41000 PUT']);
  });

  it('after the maximum wait ends its gate as timed-out', async () => {
    const { server, gate } = createHoldWorld();
    server('a').count = (atMs) => (atMs > 0 ? 1 : 0);
    server('b').count = UNTIL(100_000);
    const gates = [gate('a', { cordon: false, maxWaitMs: 50_000 }), gate('b', { cordon: false })];
    const results = await whenQuiet(gates, ({ results }) => results);
    expect(results).toMatchObject([
      { outcome: 'timed-out', lastSeen: { count: 1 } },
      { outcome: 'quiet', elapsedMs: 100_000 },
    ]);
  });

  it('by another lease after the maximum wait ends its gate as timed-out', async () => {
    const { server, gate, restart, clock, told } = createHoldWorld();
    server('b').count = UNTIL(100_000);
    void clock.sleep(95_000).then(() => {
      restart('a');
    });
    const gates = [gate('a', { maxWaitMs: 50_000, intervalMs: 30_000 }), gate('b')];
    const results = await whenQuiet(gates, ({ results }) => results);
    expect(results.map(({ outcome }) => outcome)).toEqual(['timed-out', 'quiet']);
    expect(told('a').slice(0, 3)).toEqual(['0 cordoned', '100000 uncordoned', '100000 cordoned']);
  });
});

describe('a proof without an answer', () => {
  it('leaves a gate with a lease quiet, and without its cordon', async () => {
    const { server, gate } = createHoldWorld();
    server('a').instead = ({ method, atMs }) => (method === 'PUT' && atMs === 20_000 ? hang : undefined);
    server('b').count = UNTIL(10_000);
    const gates = [gate('a', { intervalMs: 25_000 }), gate('b')];
    const results = await whenQuiet(gates, ({ results }) => results);
    expect(results).toMatchObject([
      { outcome: 'quiet', elapsedMs: 30_000, cordon: { up: false } },
      { outcome: 'quiet', cordon: { up: true } },
    ]);
  });

  it('fails a gate without one open, after its retries', async () => {
    const { server, gate, asked } = createHoldWorld();
    server('a').instead = ({ atMs }) => (atMs > 0 ? status(503) : undefined);
    server('b').count = UNTIL(10_000);
    const gates = [gate('a', { cordon: false, retries: 2 }), gate('b', { cordon: false })];
    const results = await whenQuiet(gates, ({ results }) => results);
    expect(results).toMatchObject([{ outcome: 'failed-open', status: 503 }, { outcome: 'quiet' }]);
    expect(asked('a')).toEqual(['0 GET', '20000 GET', '21000 GET', '23000 GET']);
  });

  it('is bounded by requestTimeoutMs, and not by the maximum wait', async () => {
    const { server, gate, clock } = createHoldWorld();
    server('a').instead = ({ atMs }) =>
      atMs > 0 ? after(7000, clock, () => Promise.resolve(zero())) : undefined;
    server('b').count = UNTIL(55_000);
    const zero = () => Response.json({ count: 0, ids: [] });
    const gates = [gate('a', { cordon: false, maxWaitMs: 62_000 }), gate('b', { cordon: false })];
    const results = await whenQuiet(gates, ({ results }) => results);
    expect(results).toMatchObject([{ outcome: 'quiet', elapsedMs: 67_000 }, { outcome: 'quiet' }]);
  });
});

describe('a lease that is lost before the roll', () => {
  it('to another one voids the zero', async () => {
    const { server, gate, restart, clock, asked, told } = createHoldWorld();
    server('b').count = UNTIL(70_000);
    void clock.sleep(30_000).then(() => {
      restart('a');
      server('a').count = UNTIL(55_000);
    });
    await whenQuiet([gate('a'), gate('b')], () => undefined);
    expect(asked('a').slice(3)).toEqual([
      '20000 PUT',
      '40000 PUT',
      '40000 GET',
      '60000 GET',
      '60000 PUT',
      '80000 PUT',
      '80000 DELETE',
    ]);
    expect(told('a')).toEqual([
      '0 cordoned',
      '40000 uncordoned',
      '40000 cordoned',
      '40000 waiting',
      '80000 lifted',
    ]);
  });

  it('to a failure is tried again after 5 s, and told once', async () => {
    const { server, gate, asked, told } = createHoldWorld();
    server('a').instead = ({ method, atMs }) =>
      method === 'PUT' && atMs >= 20_000 && atMs < 30_000 ? status(403) : undefined;
    server('b').count = UNTIL(30_000);
    await whenQuiet([gate('a'), gate('b')], () => undefined);
    expect(asked('a').slice(3)).toEqual(['20000 PUT', '25000 PUT', '30000 PUT', '40000 PUT', '40000 DELETE']);
    expect(told('a')).toEqual(['0 cordoned', '20000 uncordoned', '30000 cordoned', '40000 lifted']);
  });

  it('to an operator is not renewed, and proved by a poll', async () => {
    const { server, gate, asked, told } = createHoldWorld();
    server('a').instead = ({ method, atMs }) =>
      method === 'PUT' && atMs === 20_000 ? status(409) : undefined;
    server('b').count = UNTIL(50_000);
    const results = await whenQuiet([gate('a'), gate('b')], ({ results }) => results);
    expect(asked('a').slice(3)).toEqual(['20000 PUT', '60000 GET', '60000 DELETE']);
    expect(told('a')).toEqual(['0 cordoned', '20000 uncordoned', '60000 lifted']);
    expect(results[0]).toMatchObject({ outcome: 'quiet', cordon: { up: false } });
  });
});

describe('wrong arguments', () => {
  it.for<[string, unknown, unknown, message: string]>([
    ['no gate', [], () => undefined, 'a gate is needed, got none'],
    ['no gates at all', undefined, () => undefined, 'options must be an object'],
    ['no roll', { url: 'https://a' }, undefined, 'roll must be a function, got undefined'],
    ['a roll that is no function', { url: 'https://a' }, 'deploy', 'roll must be a function, got string'],
    ['an unknown option', [{ url: 'https://a', rolls: 1 }], () => undefined, '"rolls" is not an option'],
  ])('%s is a TypeError that says so', async ([, gates, roll, message]) => {
    const rolled = whenQuiet(gates as never, roll as never);
    await expect(rolled).rejects.toThrow(TypeError);
    await expect(rolled).rejects.toThrow(message);
  });

  it('two gates with the same URL and holder are a TypeError, before any request', async () => {
    const { gate, requests } = createHoldWorld();
    const twice = whenQuiet([gate('a'), gate('b'), gate('a', { url: 'https://a/' })], () => undefined);
    await expect(twice).rejects.toThrow(
      new TypeError(
        'two gates have the same holder, deploy-42 of the cordon at https://a/api/v1/deployments/cordon',
      ),
    );
    expect(requests).toEqual([]);
  });

  it('two gates of one server with holders of their own are none', async () => {
    const { gate } = createHoldWorld();
    const gates = [gate('a'), gate('a', { cordon: { holder: 'deploy-43' } })];
    await expect(whenQuiet(gates, ({ results }) => results.length)).resolves.toBe(2);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

let pending = 0;

/** In place of the timer of one real millisecond: quicker, and counted. */
const wait = vi.fn((callback: () => void) => {
  pending++;
  setImmediate(() => {
    pending--;
    callback();
  });
});

/** What Node lists, by the milliseconds waited so far. */
type Resources = (waitedMs: number) => string[];

/** Watches the work that a stage makes up; returns how many milliseconds are waited for it. */
async function watch(graceMs: number, resources: Resources) {
  vi.spyOn(process, 'getActiveResourcesInfo').mockImplementation(() => resources(wait.mock.calls.length));
  const { watchRealWork } = await import('./real-work.ts');
  const realWork = watchRealWork(graceMs);
  return async () => {
    const before = wait.mock.calls.length;
    await realWork.settled();
    return wait.mock.calls.length - before;
  };
}

beforeEach(() => {
  vi.resetModules(); // the timers are looked up when the module loads
  wait.mockClear();
  vi.stubGlobal('setTimeout', wait);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.resetModules(); // the next file of tests is not to find one that holds these fakes
});

describe('time waits for', () => {
  it('nothing when nothing is under way', async () => {
    const settle = await watch(20, () => []);
    expect(await settle()).toBe(0);
  });

  it.for(['TCPSocketWrap', 'TCPConnectWrap', 'PipeConnectWrap', 'TLSWrap', 'UDPWrap', 'ProcessWrap'])(
    'the grace when there is a %s',
    async (name) => {
      const settle = await watch(20, () => ['TTYWrap', name]);
      expect(await settle()).toBe(20);
    },
  );

  it('nothing when there is a server, which waits itself', async () => {
    const settle = await watch(20, () => ['TCPServerWrap', 'TTYWrap', 'NotTLS']);
    expect(await settle()).toBe(0);
  });

  it('a file or a name that is looked up, and the grace after it', async () => {
    const settle = await watch(20, (waitedMs) => (waitedMs < 5 ? ['TTYWrap', 'FSReqCallback'] : ['TTYWrap']));
    expect(await settle()).toBe(25);
  });

  it('calm without a break', async () => {
    const busyAtMs = new Set([0, 7, 12]);
    const settle = await watch(10, (waitedMs) => (busyAtMs.has(waitedMs) ? ['GetAddrInfoReqWrap'] : []));
    expect(await settle()).toBe(23);
  });

  it('a timer that has begun since', async () => {
    let timers = ['Timeout'];
    const settle = await watch(20, (waitedMs) => (waitedMs < 7 ? timers : ['Timeout']));
    timers = ['Timeout', 'Timeout'];
    expect(await settle()).toBe(27);
  });

  it('no timer that was there before', async () => {
    const settle = await watch(20, () => ['Timeout', 'Timeout']);
    expect(await settle()).toBe(0);
  });

  it('a timer that comes after one from before has gone', async () => {
    let timers = ['Timeout', 'Timeout'];
    const settle = await watch(20, (waitedMs) => (waitedMs < 3 ? timers : ['Timeout']));
    timers = ['Timeout'];
    expect(await settle()).toBe(0);
    timers = ['Timeout', 'Timeout'];
    expect(await settle()).toBe(23);
  });

  it('a timer that begins as the grace ends, the next time', async () => {
    const settle = await watch(20, (waitedMs) => {
      if (waitedMs < 20) return ['TCPSocketWrap'];
      return waitedMs < 25 ? ['Timeout'] : [];
    });
    expect(await settle()).toBe(20);
    expect(await settle()).toBe(25);
  });

  it('half a second for a timer that does not end, and no more for that one', async () => {
    let timers: string[] = [];
    const settle = await watch(20, () => timers);
    timers = ['Timeout'];
    expect(await settle()).toBe(500);
    expect(await settle()).toBe(0);
    timers = ['Timeout', 'Timeout'];
    expect(await settle()).toBe(500);
  });

  it('the grace, however long, where nobody can tell what is under way', async () => {
    vi.stubGlobal('process', Object.create(process, { getActiveResourcesInfo: { value: undefined } }));
    const { watchRealWork } = await import('./real-work.ts');
    await watchRealWork(20).settled();
    expect(wait).toHaveBeenCalledTimes(20);
    await watchRealWork(1000).settled();
    expect(wait).toHaveBeenCalledTimes(1020);
    vi.stubGlobal('process', undefined);
    await watchRealWork(20).settled();
    expect(wait).toHaveBeenCalledTimes(1040);
  });

  it('nothing that another clock waits with', async () => {
    const settle = await watch(20, () => [
      'TCPSocketWrap',
      ...Array.from({ length: pending }, () => 'Timeout'),
    ]);
    await Promise.all([settle(), settle()]);
    expect(wait).toHaveBeenCalledTimes(40);
  });
});

describe('the event loop turns', () => {
  it('as often as it is told', async () => {
    const soon = vi.fn(setImmediate);
    vi.stubGlobal('setImmediate', soon);
    const { turnEventLoop } = await import('./real-work.ts');
    await turnEventLoop(3);
    expect(soon).toHaveBeenCalledTimes(3);
  });

  it('by timers where there is nothing quicker', async () => {
    const realSetImmediate = setImmediate;
    const byTimer = vi.fn((callback: () => void) => realSetImmediate(callback));
    vi.stubGlobal('setTimeout', byTimer);
    vi.stubGlobal('setImmediate', undefined);
    const { turnEventLoop } = await import('./real-work.ts');
    await turnEventLoop(3);
    expect(byTimer).toHaveBeenCalledTimes(3);
  });
});

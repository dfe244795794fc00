import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** In place of a real millisecond: quicker, and counted. */
const wait = vi.fn(() => new Promise<void>((resolve) => setImmediate(resolve)));

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
  vi.resetModules();
  wait.mockClear();
  vi.doMock(import('./event-loop.ts'), async (load) => ({ ...(await load()), waitOneMs: wait }));
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.doUnmock('./event-loop.ts');
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
    const { namesOfResources, watchRealWork } = await import('./real-work.ts');
    await watchRealWork(20).settled();
    expect(wait).toHaveBeenCalledTimes(20);
    await watchRealWork(1000).settled();
    expect(wait).toHaveBeenCalledTimes(1020);
    expect(namesOfResources({})).toBeUndefined();
  });
});

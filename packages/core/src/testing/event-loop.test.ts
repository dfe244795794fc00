import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { channelIn } from './event-loop.ts';

beforeEach(() => {
  vi.resetModules(); // what is real is looked up when the module loads
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.resetModules(); // the next file of tests is not to find one that holds these fakes
});

/** Takes the channel away, and gives what may have another. The process stays: what runs the tests needs it. */
function hideChannel(getBuiltinModule?: (name: string) => unknown): void {
  vi.stubGlobal('MessageChannel', undefined);
  vi.stubGlobal('process', Object.create(process, { getBuiltinModule: { value: getBuiltinModule } }));
}

/** Counts the turns of Node's own event loop while the work runs. */
async function turnsDuring(work: () => Promise<void>): Promise<number> {
  const realSetImmediate = setImmediate;
  let turns = 0;
  let over = false;
  const turned = () => {
    turns++;
    if (!over) realSetImmediate(turned);
  };
  realSetImmediate(turned);
  await work();
  over = true;
  return turns;
}

/** Turns that 50 messages take at least: on a busy machine one may arrive in the turn of the one before it, but not many. */
const BY_MESSAGES = 25;

describe('the event loop turns', () => {
  it('by immediates, once one has shown that it is real', async () => {
    const immediate = vi.fn(setImmediate);
    vi.stubGlobal('setImmediate', immediate);
    const { turnEventLoop } = await import('./event-loop.ts');
    await turnEventLoop(1);
    immediate.mockClear();
    await turnEventLoop(3);
    expect(immediate).toHaveBeenCalledTimes(3);
  });

  it('while fakes are in the place of all timers, of which it leaves none behind', async () => {
    vi.useFakeTimers();
    const { turnEventLoop } = await import('./event-loop.ts');
    await turnEventLoop(20);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.for([
    ['immediates', setImmediate, 50],
    ['messages', () => undefined, BY_MESSAGES],
  ] as const)('of Node for each that is asked for by %s', async ([, immediate, turns]) => {
    vi.stubGlobal('setImmediate', immediate);
    const { turnEventLoop } = await import('./event-loop.ts');
    vi.unstubAllGlobals();
    await turnEventLoop(1);
    expect(await turnsDuring(() => turnEventLoop(50))).toBeGreaterThanOrEqual(turns);
  });

  it('while fakes are in the place of all timers, and the channel is hidden in Node', async () => {
    hideChannel(getBuiltinModule);
    vi.useFakeTimers();
    const { turnEventLoop } = await import('./event-loop.ts');
    await turnEventLoop(20);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('by messages where there are no immediates', async () => {
    vi.stubGlobal('setImmediate', undefined);
    vi.stubGlobal('clearImmediate', undefined);
    const timer = vi.fn(setTimeout);
    vi.stubGlobal('setTimeout', timer);
    const { turnEventLoop } = await import('./event-loop.ts');
    vi.unstubAllGlobals();
    expect(await turnsDuring(() => turnEventLoop(50))).toBeGreaterThanOrEqual(BY_MESSAGES);
    expect(timer).not.toHaveBeenCalled();
  });

  it('by timers where there is nothing quicker', async () => {
    const realSetImmediate = setImmediate;
    const timer = vi.fn((callback: () => void) => realSetImmediate(callback));
    vi.stubGlobal('setTimeout', timer);
    vi.stubGlobal('setImmediate', undefined);
    hideChannel();
    const { turnEventLoop } = await import('./event-loop.ts');
    await turnEventLoop(3);
    expect(timer).toHaveBeenCalledTimes(3);
  });
});

describe('the channel', () => {
  it.for([
    ['a host without Node', {}],
    ['an older Node', { process: {} }],
  ] as const)('is none in %s', ([, globals]) => {
    expect(channelIn(globals)).toBeUndefined();
  });

  it('is that of the globals, or else of the Node below them', () => {
    expect(channelIn({ MessageChannel, process: { getBuiltinModule: () => ({}) } })).toBe(MessageChannel);
    expect(channelIn({ process: { getBuiltinModule } })).toBe(MessageChannel);
  });
});

describe('a real millisecond', () => {
  it('passes while fakes are in the place of all timers, of which it leaves none behind', async () => {
    vi.useFakeTimers();
    const { waitOneMs } = await import('./event-loop.ts');
    const waiting = waitOneMs();
    expect(vi.getTimerCount()).toBe(0);
    await waiting;
  });

  it('is none of the timers that Node lists, but keeps the process alive', async () => {
    const { waitOneMs } = await import('./event-loop.ts');
    const active = (name: string) => process.getActiveResourcesInfo().filter((each) => each === name).length;
    const before = { timers: active('Timeout'), ports: active('MessagePort') };
    const waiting = waitOneMs();
    const during = { timers: active('Timeout'), ports: active('MessagePort') };
    expect(during).toEqual({ timers: before.timers, ports: before.ports + 1 });
    await waiting;
  });

  it('passes by a timer where there is no channel', async () => {
    const realSetImmediate = setImmediate;
    const timer = vi.fn((callback: () => void) => realSetImmediate(callback));
    vi.stubGlobal('setTimeout', timer);
    hideChannel();
    const { waitOneMs } = await import('./event-loop.ts');
    await waitOneMs();
    expect(timer).toHaveBeenCalledExactlyOnceWith(expect.any(Function), 1);
  });
});

/** As newer versions of Node have it. */
const { MessageChannel } = globalThis;
const getBuiltinModule = (name: string) => (name === 'node:worker_threads' ? { MessageChannel } : {});

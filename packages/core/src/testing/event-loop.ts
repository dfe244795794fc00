/*
 * Turns of the event loop and real milliseconds, over paths that the fakes of test runners leave alone. They replace
 * `setTimeout` and `setImmediate`, in Node's own modules too, and often before this module is loaded.
 */

/** How many turns by message a real immediate has for its one turn. */
const PROBE_TURNS = 3;

/** Lets the event loop turn once. */
type Turn = () => Promise<void>;

interface Timers {
  readonly setTimeout: (callback: () => void, ms: number) => unknown;
  readonly setImmediate?: (callback: () => void) => unknown;
  /** There wherever `setImmediate` is. */
  readonly clearImmediate: (handle: unknown) => void;
}

interface Channels {
  readonly MessageChannel?: typeof MessageChannel;
  readonly process?: { readonly getBuiltinModule?: (name: string) => Pick<Channels, 'MessageChannel'> };
}

// Looked up once: a test may put fakes in their place.
const { setTimeout, setImmediate, clearImmediate } = globalThis as unknown as Timers;
const Channel = channelIn(globalThis);

/** jsdom has no channel, but the Node below it has. */
export function channelIn({ MessageChannel, process }: Channels): Channels['MessageChannel'] {
  return MessageChannel ?? process?.getBuiltinModule?.('node:worker_threads').MessageChannel;
}

const byTimer: Turn = () => new Promise((resolve) => void setTimeout(resolve, 1));

/** A channel for each turn: a port that is answered at once handles up to a thousand messages in one turn of Node's. */
const byMessage = (channel: MessageChannel): Promise<void> =>
  new Promise((resolve) => {
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(undefined);
  });

let chosen: Promise<Turn> | undefined;

/** Lets the event loop turn a few times. */
export async function turnEventLoop(times: number): Promise<void> {
  await take(times, await (chosen ??= chooseTurn()));
}

async function take(times: number, turn: Turn): Promise<void> {
  for (let turns = 0; turns < times; turns++) await turn();
}

/** The quickest way that is real: a fake immediate would never call back. */
async function chooseTurn(): Promise<Turn> {
  if (Channel === undefined) return byTimer;
  const turn = () => byMessage(new Channel());
  if (setImmediate === undefined) return turn;
  const probe: { called?: boolean } = {};
  const handle = setImmediate(() => (probe.called = true));
  await take(PROBE_TURNS, turn);
  if (probe.called === true) return () => new Promise((resolve) => void setImmediate(resolve));
  clearImmediate(handle);
  return turn;
}

/** Waits for a real millisecond. */
export async function waitOneMs(): Promise<void> {
  if (Channel === undefined) {
    await byTimer();
    return;
  }
  // The time limit does not keep the process alive, and a port that listens does.
  const { port1 } = new Channel();
  port1.onmessage = () => undefined;
  await new Promise((resolve) => {
    AbortSignal.timeout(1).addEventListener('abort', resolve);
  });
  port1.close();
}

import {
  endpoint,
  inFlight,
  json,
  listen,
  nobody,
  type Respond,
  silence,
  text,
} from '@quietgate/testkit/endpoint';
import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { makePlan } from '../src/plan/plan.ts';
import type { Reporter } from '../src/run/reporter.ts';
import { runGate } from '../src/run/run-gate.ts';
import type { OnEvent } from '../src/run/watch-gates.ts';
import { arrived } from './arrived.ts';
import { cordonedServer, TOKEN } from './cordoned-server.ts';
import { deployServer } from './deploy-server.ts';

// Requests take what they take, and pauses what the test lets pass.
beforeEach(() => {
  vi.useFakeTimers({
    now: Date.parse('2026-05-17T13:59:53Z'),
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'],
  });
  vi.advanceTimersByTime(7000); // a process is older than what it times
});
afterEach(() => {
  vi.useRealTimers();
});

interface Given {
  readonly options?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly reporter?: Partial<Reporter>;
  readonly onEvent?: OnEvent;
}

/** Runs the gates of some servers, for a process that gets the signals which the test emits. */
function run(urls: readonly string[], { options = {}, command, reporter, onEvent }: Given = {}) {
  const given = Object.entries({ ...options, url: urls }).map(
    ([name, values]) => [name, [values].flat().map((value) => ({ name: `--${name}`, value }))] as const,
  );
  const plan = makePlan(new Map(given), options['cordon'] ? { CORDON_TOKEN: TOKEN } : {}, { command });

  const host = Object.assign(new EventEmitter(), {
    env: { PATH: process.env['PATH'] },
    platform: process.platform,
  });
  onTestFinished(() => void host.emit('SIGTERM')); // to a command that still runs

  const said: string[] = [];
  const watchers = new Set<() => void>();
  const say = (line: string) => {
    said.push(line);
    for (const watch of watchers) watch();
  };
  const ended = runGate(
    plan,
    {
      start: () => {
        say('start');
      },
      progress(server, { event, cordonNews, held }) {
        say(
          `${server}: ${held === undefined ? '' : `held since ${held.elapsedMs}: ${held.outcome}, `}${event?.type ?? 'nothing'}, ${cordonNews?.type ?? 'no cordon'}`,
        );
      },
      end(ends) {
        say(`end ${ends.map(({ result }) => result.outcome).join(' ')}`);
      },
      stop(why) {
        say(`stop: ${why ?? ''}`);
      },
      note(line, isWarning) {
        say(`${isWarning ? 'warning' : 'note'}: ${line}`);
      },
      ...reporter,
    },
    host as object as NodeJS.Process,
    onEvent,
  );
  /** Resolves once a line with that in it has been said. */
  const saw = (line: string) =>
    new Promise<void>((resolve, reject) => {
      const watch = () => {
        if (said.some((each) => each.includes(line))) resolve();
      };
      watchers.add(watch);
      watch();
      ended.then(() => {
        reject(new Error(`ended before it said ${line}:\n${said.join('\n')}`));
      }, reject);
    });
  return { ended, said, saw, emit: host.emit.bind(host) };
}

const HELD = { cordon: 'true', holder: 'deploy-42' };
const SLEEP = ['sleep', '600'];

describe('the gate of one server', () => {
  it('reports from its start to its end, and lets the deploy go', async () => {
    const { url } = await endpoint(inFlight(1), inFlight(0));
    const events: unknown[] = [];
    const { ended, said, saw } = run([url], {
      onEvent: ({ type }, server) => events.push([server, type]),
    });
    await saw('0: waiting, no cordon');
    await vi.advanceTimersByTimeAsync(20_000);
    const end = await ended;
    expect(said).toEqual(['start', '0: waiting, no cordon', 'end quiet']);
    expect(events).toEqual([[0, 'waiting']]);
    expect(end).toMatchObject({
      status: 0,
      ended: [{ result: { outcome: 'quiet', polls: 2, elapsedMs: 20_000 } }],
      seen: [{ event: { type: 'waiting' } }],
      elapsedMs: 20_000,
    });
    expect([end.signal, end.roll]).toEqual([undefined, undefined]);
  });

  it('has raised the cordon, and leaves the lease to the rollout', async () => {
    const server = await cordonedServer({ count: [inFlight(0)] });
    const { ended, said } = run([server.url], { options: HELD });
    expect((await ended).status).toBe(0);
    expect(said).toEqual(['start', '0: nothing, cordoned', 'end quiet']);
    expect(server.holders()).toEqual(['deploy-42']);
  });

  it('releases the lease where fail-on stops the deploy', async () => {
    const server = await cordonedServer({ count: [text(404)] });
    const { ended, said } = run([server.url], { options: { ...HELD, 'fail-on': 'failed-open' } });
    const { status, roll } = await ended;
    expect([status, roll]).toEqual([1, undefined]);
    expect(said).toEqual([
      'start',
      '0: nothing, cordoned',
      'end failed-open',
      'note: lease of deploy-42 released',
    ]);
    expect(server.holders()).toEqual([]);
  });

  it('takes two seconds for that at most', async () => {
    const server = await cordonedServer({ count: [text(404)], lift: silence });
    const { ended, said, saw } = run([server.url], { options: { ...HELD, 'fail-on': 'failed-open' } });
    await saw('end failed-open');
    await server.saw(/^DELETE/);
    await vi.advanceTimersByTimeAsync(2000);
    expect((await ended).status).toBe(1);
    expect(said.at(-1)).toMatch(/^warning: lease of deploy-42 not released, and may last until expiry: /);
  });

  it('knows that a server was asked, and has not answered in time', async () => {
    const { url, asked } = await endpoint(silence);
    const { ended } = run([url], { options: { 'request-timeout': '1h' } });
    await asked(1);
    await vi.advanceTimersByTimeAsync(30 * 60_000);
    expect((await ended).ended[0]).toMatchObject({
      result: { outcome: 'timed-out' },
      progress: { hasReachedServer: true },
    });
  });

  it('says in Host what it is told to', async () => {
    const { url, requests } = await endpoint(inFlight(0));
    await run([url], { options: { header: 'Host: console.example' } }).ended;
    expect(requests[0]?.headers.host).toBe('console.example');
  });

  it('knows that a server has answered', async () => {
    const { url } = await endpoint(inFlight(0));
    expect((await run([url]).ended).ended[0]?.progress.hasReachedServer).toBe(true);
  });

  it('knows that no server was reached', async () => {
    const { ended } = run([await nobody()], { options: { retries: '0' } });
    expect((await ended).ended[0]?.progress).toMatchObject({ hasReachedServer: false, remedy: undefined });
  });

  it('knows what to do where a server refuses the connection for a reason', async () => {
    const server = createServer().removeAllListeners('connection');
    const refusal = Buffer.from([0x15, 3, 3, 0, 2, 2, 0x28]); // TLS: handshake_failure
    server.on('connection', (socket: Socket) => socket.end(refusal));
    const url = `https://127.0.0.1:${await listen(server)}`;
    const { ended } = run([url], { options: { retries: '0' } });
    expect((await ended).ended[0]?.progress.remedy).toBeDefined();
  });
});

describe('a command', () => {
  it('is run with the outcome and the holder while the cordon is held, which ends with it', async () => {
    const server = await cordonedServer({ count: [inFlight(1), inFlight(0)] });
    const script = 'test "$QUIETGATE_OUTCOME $QUIETGATE_HOLDER" = "quiet deploy-42" && exit 7';
    const { ended, said, saw } = run([server.url], { options: HELD, command: ['sh', '-c', script] });
    await saw('0: waiting, cordoned');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await ended).toMatchObject({
      status: 7,
      ended: [{ result: { outcome: 'quiet' } }],
      roll: { waitedMs: 20_000, isQuiet: true, ranMs: 0 },
      seen: [{ cordonNews: { type: 'lifted' } }],
      elapsedMs: 20_000,
    });
    expect(said.slice(-3)).toEqual([
      'end quiet',
      'note: lease of deploy-42 released',
      'note: sh exited with 7: waited 20s for quiet, ran for 0s, blocked new runs for 20s',
    ]);
    expect(server.holders()).toEqual([]);
  });

  it('is not run where fail-on stops the deploy', async () => {
    const { url } = await endpoint(text(404));
    const { ended, said } = run([url], { options: { 'fail-on': 'failed-open' }, command: ['false'] });
    expect(await ended).toMatchObject({ status: 1, ended: [{ result: { outcome: 'failed-open' } }] });
    expect(said).toEqual(['start', 'end failed-open']);
  });

  it('is run on any other outcome, and not said to have waited for quiet', async () => {
    const { url } = await endpoint(text(404));
    const script = 'test "$QUIETGATE_OUTCOME${QUIETGATE_HOLDER-}" = failed-open';
    const { ended, said } = run([url], { command: ['sh', '-c', script] });
    expect(await ended).toMatchObject({ status: 0, roll: { isQuiet: false } });
    expect(said.at(-1)).toBe('note: sh exited with 0: waited 0s, ran for 0s');
  });

  it('that cannot be run is a warning, and its status counts', async () => {
    const { url } = await endpoint(inFlight(0));
    const { ended, said } = run([url], { command: ['/no/such/command'] });
    expect((await ended).status).toBe(127);
    expect(said).toContain('warning: /no/such/command: command not found');
  });

  it('is said to run each minute, until it ends', async () => {
    const raises: IncomingMessage[] = [];
    const server = await cordonedServer({
      count: [inFlight(0)],
      raise(response, request) {
        raises.push(request);
        json({ seconds: 600, lease: 'lease-1' })(response, request);
      },
    });
    const options = { ...HELD, interval: '50s' };
    const { ended, said, saw, emit } = run([server.url], { options, command: SLEEP });
    await saw('end quiet');
    await vi.dynamicImportSettled();
    await vi.advanceTimersByTimeAsync(50_000);
    while (raises.length < 3) await setImmediate();
    await arrived(raises[2]);
    await vi.advanceTimersByTimeAsync(9999);
    expect(said.at(-1)).toBe('end quiet');
    await vi.advanceTimersByTimeAsync(1);
    expect(said.at(-1)).toBe('note: cordon up for 1m, renewed 10s ago; sleep is running');
    emit('SIGTERM');
    expect(await ended).toMatchObject({ status: 143, roll: { ranMs: 60_000 }, elapsedMs: 60_000 });
    const { length } = said;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(said).toHaveLength(length);
  });

  it.each([
    [
      'true',
      ['deploy-42'],
      'note: true exited with 0: waited 0s for quiet, ran for 0s; ' +
        'the lease of deploy-42 is kept: new runs are blocked until 2026-05-17T14:10:00Z at the latest',
    ],
    ['false', [], 'note: false exited with 1: waited 0s for quiet, ran for 0s'],
  ])('%s with --keep-lease leaves %j', async (command, holders, last) => {
    const server = await cordonedServer({ count: [inFlight(0)] });
    const options = { ...HELD, 'keep-lease': 'true' };
    const { ended, said } = run([server.url], { options, command: [command] });
    await ended;
    expect(said.at(-1)).toBe(last);
    expect(server.holders()).toEqual(holders);
    // One that is kept is renewed once more.
    expect(server.asked.filter((each) => each.startsWith('PUT'))).toHaveLength(holders.length + 2);
  });
});

it('--keep-lease keeps nothing where there is no cordon', async () => {
  const { url } = await endpoint(inFlight(0));
  const { ended, said } = run([url], { options: { 'keep-lease': 'true' }, command: ['true'] });
  expect((await ended).status).toBe(0);
  expect(said.at(-1)).toBe('note: true exited with 0: waited 0s for quiet, ran for 0s');
});

describe('news of the cordon while the command runs', () => {
  /** A command that runs while the cordons answer as they are told to; the lines of the log from then on. */
  async function rolling(
    servers: number,
    { put, lift }: { put?: () => Respond | undefined; lift?: Respond } = {},
  ) {
    const started = await Promise.all(
      Array.from({ length: servers }, () =>
        deployServer({
          answerInstead({ method = '', url = '' }) {
            if (!url.includes('/cordon')) return inFlight(0);
            return method === 'PUT' ? put?.() : lift;
          },
        }),
      ),
    );
    const urls = started.map(({ url }) => url);
    const { said, saw, emit, ended } = run(urls, { options: HELD, command: SLEEP });
    await saw(`end${' quiet'.repeat(servers)}`);
    await vi.dynamicImportSettled();
    said.length = 0;
    const end = async () => {
      emit('SIGTERM');
      await ended;
      return said.map((line) =>
        urls.reduce((text, url, server) => text.replaceAll(url, `URL${server}`), line),
      );
    };
    return {
      saw: (line: string) => saw(line.replace(/URL(\d)/, (_, server: string) => urls[Number(server)] ?? '')),
      end,
    };
  }
  const gone = text(404);
  const WHY = 'the cordon at URL0/api/v1/deployments/cordon answered 404: no cordon answers there';

  it('is that it is lost, and then that it is up again', async () => {
    let answer: Respond | undefined;
    const { saw, end } = await rolling(1, { put: () => answer });
    answer = gone;
    await vi.advanceTimersByTimeAsync(20_000);
    await saw('not renewed');
    answer = undefined;
    await vi.advanceTimersByTimeAsync(5000);
    await saw('up again');
    expect(await end()).toEqual([
      `warning: cordon not renewed: new runs may start: ${WHY}`,
      'note: cordon up again, held by deploy-42; runs may have started in between',
      'note: lease of deploy-42 released',
      'note: sleep exited with 143: waited 0s for quiet, ran for 25s, blocked new runs for up to 20s',
    ]);
  });

  it('is that the server has restarted, where the lease is another one', async () => {
    let leases = 0;
    const put = () => json({ seconds: 600, lease: `lease-${Math.max(1, ++leases - 1)}` });
    const { saw, end } = await rolling(1, { put });
    await vi.advanceTimersByTimeAsync(20_000);
    await saw('restarted');
    expect((await end()).slice(0, 2)).toEqual([
      'note: the server has restarted: cordon up again, held by deploy-42; runs may have started in between',
      'note: lease of deploy-42 released',
    ]);
  });

  it('is a warning where the lease cannot be released', async () => {
    const { end } = await rolling(1, { lift: text(401) });
    expect((await end())[0]).toMatch(
      /^warning: lease of deploy-42 not released, and may last until expiry: /,
    );
  });

  it('names the server where there are several', async () => {
    let isDown = false;
    const { saw, end } = await rolling(2, { put: () => (isDown ? gone : undefined) });
    isDown = true;
    await vi.advanceTimersByTimeAsync(20_000);
    await Promise.all([saw('URL0: cordon not renewed'), saw('URL1: cordon not renewed')]);
    const lines = await end();
    expect(lines.slice(0, 2).toSorted()).toEqual([
      `warning: URL0: cordon not renewed: new runs may start: ${WHY}`,
      `warning: URL1: cordon not renewed: new runs may start: ${WHY.replace('URL0', 'URL1')}`,
    ]);
    expect(lines.slice(2, -1).toSorted()).toEqual([
      'note: URL0: lease of deploy-42 is gone',
      'note: URL1: lease of deploy-42 is gone',
    ]);
  });
});

describe('several servers', () => {
  it('are reported to wait for each other, and to wait again where one is no longer quiet', async () => {
    const b = await endpoint(inFlight(1), inFlight(0));
    const busyOnceTheOtherIsProved: Respond = (...exchange) => {
      const proved = b.asked(3).then(() => arrived(b.requests[2]));
      void proved.then(() => {
        inFlight(1)(...exchange);
      });
    };
    const a = await endpoint(inFlight(0), busyOnceTheOtherIsProved, inFlight(0));
    const { ended, said, saw } = run([a.url, b.url]);
    await Promise.all([saw('0: held since 0: quiet, nothing'), saw('1: waiting, no cordon')]);
    expect(said.slice(1).toSorted()).toEqual([
      '0: held since 0: quiet, nothing, no cordon',
      '1: waiting, no cordon',
    ]);
    said.length = 0;
    await vi.advanceTimersByTimeAsync(20_000);
    await saw('1: held');
    expect(said).toEqual([
      '0: held since 0: quiet, waiting, no cordon',
      '0: waiting, no cordon',
      '1: held since 20000: quiet, waiting, no cordon',
    ]);
    said.length = 0;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await ended).toMatchObject({
      ended: [{ result: { outcome: 'quiet' } }, { result: { outcome: 'quiet' } }],
    });
    expect(said).toEqual(['end quiet quiet']);
  });

  it('are each reported once to wait for the others, and once to wait again', async () => {
    const a = await endpoint(inFlight(0), inFlight(1), inFlight(0));
    const b = await endpoint(inFlight(0), inFlight(1), inFlight(0));
    const c = await endpoint(inFlight(1), inFlight(0));
    const { ended, said, saw } = run([a.url, b.url, c.url]);
    await Promise.all([saw('0: held'), saw('1: held'), saw('2: waiting')]);
    expect(said.slice(1).toSorted()).toEqual([
      '0: held since 0: quiet, nothing, no cordon',
      '1: held since 0: quiet, nothing, no cordon',
      '2: waiting, no cordon',
    ]);
    await vi.advanceTimersByTimeAsync(20_000);
    await Promise.all([saw('0: waiting'), saw('1: waiting')]);
    expect(said.filter((line) => /^[01]: waiting/.test(line)).toSorted()).toEqual([
      '0: waiting, no cordon',
      '1: waiting, no cordon',
    ]);
    await vi.advanceTimersByTimeAsync(20_000);
    await ended;
  });

  it('open for the first outcome that deserves attention', async () => {
    const a = await endpoint(inFlight(0));
    const b = await endpoint(text(404));
    const script = 'test "$QUIETGATE_OUTCOME" = failed-open';
    const { ended } = run([a.url, b.url], { command: ['sh', '-c', script] });
    expect(await ended).toMatchObject({
      status: 0,
      ended: [{ result: { outcome: 'quiet' } }, { result: { outcome: 'failed-open', reason: 'not-found' } }],
      roll: { isQuiet: false },
    });
  });

  it('stop the deploy where fail-on names the outcome of one', async () => {
    const a = await endpoint(inFlight(0));
    const b = await endpoint(text(404));
    const { ended } = run([a.url, b.url], { options: { 'fail-on': 'failed-open' } });
    expect((await ended).status).toBe(1);
  });
});

describe('a signal', () => {
  it('ends the wait, and releases the lease; another one changes nothing', async () => {
    const server = await cordonedServer({ count: [inFlight(1)] });
    const { ended, said, saw, emit } = run([server.url], { options: HELD, command: ['true'] });
    await saw('0: waiting, cordoned');
    emit('SIGINT');
    emit('SIGTERM');
    expect(await ended).toMatchObject({
      status: 130,
      signal: 'SIGINT',
      ended: [],
      seen: [{ cordonNews: { type: 'lifted' } }],
      elapsedMs: 0,
    });
    expect(said.slice(-2)).toEqual([
      'stop: stopped by SIGINT, without a green light',
      'note: lease of deploy-42 released',
    ]);
    expect(server.holders()).toEqual([]);
  });

  it('is passed on to the command', async () => {
    const { url } = await endpoint(inFlight(0));
    const { ended, said, saw, emit } = run([url], { command: SLEEP });
    await saw('end quiet');
    await vi.dynamicImportSettled();
    emit('SIGHUP');
    expect(await ended).toMatchObject({ status: 129, roll: { isQuiet: true } });
    expect(said.at(-1)).toBe('note: sleep exited with 129: waited 0s for quiet, ran for 0s');
  });

  it('that comes between the end of the gate and the command is passed on to the command', async () => {
    const { url } = await endpoint(inFlight(0));
    const { ended, said, saw, emit } = run([url], { command: SLEEP });
    await saw('end quiet');
    emit('SIGTERM');
    expect((await ended).status).toBe(143);
    expect(said.at(-1)).toMatch(/^note: sleep exited with 143: /);
  });

  it('after the command changes nothing any more', async () => {
    const server = await cordonedServer({ count: [inFlight(0)], lift: silence });
    const { ended, said, saw, emit } = run([server.url], { options: HELD, command: ['true'] });
    await saw('end quiet');
    await server.saw(/^DELETE/);
    emit('SIGTERM');
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await ended).status).toBe(0);
    expect(said.join()).not.toContain('stop');
  });
});

describe('the end of the process that started it', () => {
  const start = async (given: Given) => {
    let parent = process.ppid;
    vi.spyOn(process, 'ppid', 'get').mockImplementation(() => parent);
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    const server = await cordonedServer({ count: [inFlight(1)] });
    const running = run([server.url], given);
    await running.saw('0: waiting');
    await vi.advanceTimersByTimeAsync(1000);
    expect(running.said.at(-1)).toMatch(/^0: waiting/);
    parent = 1;
    await vi.advanceTimersByTimeAsync(500);
    return running;
  };

  it.each<[string, Given]>([
    ['a cordon', { options: HELD }],
    ['a command', { command: ['true'] }],
  ])('ends the wait as SIGTERM does, with %s', async (_, given) => {
    const { ended, said } = await start(given);
    expect(await ended).toMatchObject({ status: 143, signal: 'SIGTERM' });
    expect(said).toContain(
      'stop: stopped, since the process that started quietgate is gone, without a green light',
    );
  });

  it('is none of its business without either', async () => {
    const { ended, said, emit } = await start({});
    await vi.advanceTimersByTimeAsync(5000);
    expect(said).toEqual(['start', '0: waiting, no cordon']);
    emit('SIGTERM');
    await ended;
  });
});

describe('a failure of quietgate itself', () => {
  const defect = new Error('no such thing');
  const internal = { outcome: 'failed-open', reason: 'internal', cause: defect };

  it('lets the deploy go', async () => {
    const { url } = await endpoint(inFlight(0));
    const reporter = {
      start: () => {
        throw defect;
      },
    };
    const { ended, said } = run([url, `${url}/b`], { reporter });
    const { status, ended: ends, seen, elapsedMs } = await ended;
    expect(ends).toMatchObject([{ result: internal }, { result: internal }]);
    expect([status, seen, elapsedMs]).toEqual([0, [], 0]);
    expect(said).toEqual(['end failed-open failed-open']);
  });

  it('of its clock does so, too', async () => {
    const { url } = await endpoint(inFlight(1));
    const now = vi.spyOn(performance, 'now').mockImplementation(() => {
      throw defect;
    });
    const { status, ended } = await run([url]).ended.finally(() => {
      now.mockRestore();
    });
    expect([status, ended]).toMatchObject([0, [{ result: internal }]]);
  });

  it.each<[string, Given, number]>([
    ['lets the deploy go', {}, 0],
    ['runs the command', { command: ['sh', '-c', 'exit 7'] }, 7],
    ['stops the deploy where fail-on says so', { options: { 'fail-on': 'failed-open' } }, 1],
  ])('in a timer releases the lease, and %s', async (_, given, status) => {
    const server = await cordonedServer({ count: [inFlight(1)] });
    const { ended, said, saw, emit } = run([server.url], {
      ...given,
      options: { ...HELD, ...given.options },
    });
    await saw('0: waiting, cordoned');
    emit('uncaughtException', defect);
    emit('uncaughtException', new Error('another'));
    expect(await ended).toMatchObject({
      status,
      ended: [{ result: { ...internal, cordon: { holder: 'deploy-42', up: false } } }],
    });
    expect(said.slice(3, 5)).toEqual(['0: waiting, lifted', 'end failed-open']);
    expect(server.holders()).toEqual([]);
  });

  it('lets the deploy go, too, where the lease cannot be released', async () => {
    const server = await cordonedServer({ count: [inFlight(1)], lift: silence });
    const { ended, saw, emit } = run([server.url], { options: HELD });
    await saw('0: waiting, cordoned');
    emit('uncaughtException', defect);
    await server.saw(/^DELETE/);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await ended).toMatchObject({ status: 0, ended: [{ result: internal }] });
  });

  it('lets no deploy go that a signal stops, while the lease is released', async () => {
    const server = await cordonedServer({ count: [inFlight(1)], lift: silence });
    const { ended, said, saw, emit } = run([server.url], { options: HELD, command: SLEEP });
    await saw('0: waiting, cordoned');
    emit('uncaughtException', defect);
    await server.saw(/^DELETE/);
    emit('SIGTERM');
    await vi.advanceTimersByTimeAsync(2000);
    expect(await ended).toMatchObject({ status: 143, signal: 'SIGTERM', ended: [] });
    expect(said.filter((each) => each.startsWith('end'))).toEqual([]);
  });

  it('after the command is none of its status', async () => {
    const { url } = await endpoint(inFlight(0));
    const note = () => {
      throw defect;
    };
    const { ended } = run([url], { command: ['no-such-command'], reporter: { note } });
    expect(await ended).toEqual({ ended: [], status: 127, seen: [], elapsedMs: 0 });
  });

  it('changes nothing once the command runs', async () => {
    const server = await cordonedServer({ count: [inFlight(0)] });
    const { ended, said, saw, emit } = run([server.url], { options: HELD, command: SLEEP });
    await saw('end quiet');
    await vi.dynamicImportSettled();
    emit('uncaughtException', defect);
    await setImmediate();
    expect([server.holders(), server.asked.at(-1)]).toEqual([['deploy-42'], 'PUT deploy-42']);
    emit('SIGTERM');
    expect(await ended).toMatchObject({ status: 143, elapsedMs: 0, seen: [{}] });
    expect(said.at(-1)).toMatch(/^note: sleep exited with 143/);
  });
});

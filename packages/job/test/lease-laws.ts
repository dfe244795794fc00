import { CORDON_PATH } from '@quietgate/core';
import type { HeldClock } from '@quietgate/testkit/held-clock';
import type { Ended, Running } from '@quietgate/testkit/processes';
import { describe, expect, it } from 'vitest';
import { deployServer, type DeployServerOptions, TOKEN } from './deploy-server.ts';

/** Options of a gate in a process, by the names that the command line and the action share. */
export type GateSettings = Readonly<Record<string, string>>;

/** A program on a time that stands still but for what the test allows. */
export type HeldGate = Running & Pick<HeldClock, 'advance'>;

/** Starts a program that waits at a URL, under a cordon unless it is told otherwise. */
export type StartGate<Gate> = (settings: GateSettings & { readonly url: string }) => Gate | Promise<Gate>;

/** What is under way when a program is stopped. */
interface Phase {
  readonly where: string;
  /** The server, which can say that the phase is reached, and stay in it until it is released. */
  readonly server: (reached: () => void, released: Promise<void>) => DeployServerOptions;
  /** Resolves once the phase is reached, by what the process says or the server. @default the server */
  readonly until?: (gate: Running) => Promise<unknown>;
  readonly settings?: GateSettings;
  /** How many leases last then. */
  readonly leases: number;
}

const PHASES: readonly Phase[] = [
  {
    where: 'before the raise takes effect',
    server: (reached, released) => ({
      raise:
        (raise) =>
        async (...asked) => {
          reached();
          await released;
          return raise(...asked);
        },
    }),
    leases: 0,
  },
  {
    where: 'after the raise has taken effect, and before its answer',
    server: (reached, released) => ({
      raise:
        (raise) =>
        async (...asked) => {
          const lease = raise(...asked);
          reached();
          await released;
          return lease;
        },
    }),
    leases: 1,
  },
  {
    where: 'in the pause before the raise is tried once more',
    server: () => ({ raise: () => () => Promise.reject(new Error('the database is gone')) }),
    until: ({ saw }) => saw(/cordon not up yet: .*; retrying in 1s/),
    leases: 0,
  },
  {
    where: 'in a request that hangs',
    server: (reached) => ({
      count: {
        listTimeoutMs: 1e9,
        listDeployments() {
          reached();
          return new Promise<never>(() => undefined);
        },
      },
    }),
    leases: 1,
  },
  {
    where: 'in the pause before a retry',
    server: () => ({
      count: { listDeployments: () => Promise.reject(new Error('the database is gone')) },
    }),
    until: ({ saw }) => saw('attempt 1 of 6 failed'),
    leases: 1,
  },
  {
    where: 'in the pause between two polls',
    server: () => ({ count: { maxHoldMs: 0 } }),
    until: ({ saw }) => saw('1 in flight'),
    leases: 1,
  },
  {
    where: 'in a long poll',
    server: (reached) => ({
      count: {
        subscribe() {
          reached();
          return () => undefined;
        },
      },
    }),
    leases: 1,
  },
  {
    where: 'while a zero settles',
    server: () => ({ count: { listDeployments: () => [] } }),
    settings: { 'quiet-for': '5m' },
    until: ({ saw }) => saw('not for 5m yet'),
    leases: 1,
  },
  {
    where: 'in the renewal after the zero',
    server: (reached, released) => ({
      count: { listDeployments: () => [] },
      raise:
        (raise) =>
        async (...asked) => {
          const lease = raise(...asked);
          if (asked[2] === undefined) return lease;
          reached();
          await released;
          return lease;
        },
    }),
    leases: 1,
  },
];

const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

const NO_CORDON: readonly [what: string, server: DeployServerOptions, why: RegExp][] = [
  ['has no cordon', { authorize: false }, /answered 404: no cordon answers there/],
  [
    'is older, and knows neither cordons nor long polls',
    { authorize: false, count: { maxHoldMs: 0 } },
    /answered 404: no cordon answers there/,
  ],
  ['has another token', { authorize: 'another-token-of-the-cordon' }, /answered 401: the token is wrong/],
];

/** What holds for the lease of any program that waits under the cordon of a real server. */
export function describeLeases(startGate: StartGate<HeldGate>): void {
  const expectNoToken = ({ stdout, stderr }: Ended) => {
    expect(stdout + stderr).not.toContain(TOKEN);
  };

  it('raises the cordon before it asks, holds it while it waits, and leaves the lease to the rollout', async () => {
    const server = await deployServer();
    const gate = await startGate({ url: server.url, lease: '5m' });
    await gate.saw('1 in flight');
    const [holder = ''] = server.cordon.holders();
    expect(server.asked[0]).toBe(`PUT ${CORDON_PATH}`);
    server.endRun();
    const ended = await gate.ended;
    expect(ended.status).toBe(0);
    expect(ended.stdout).toMatch(/quiet: green light, .*, 2 checks\); the deploy goes ahead/);
    expect(server.events).toEqual([
      { type: 'raised', holder, seconds: 300 },
      { type: 'renewed', holder, seconds: 300 },
    ]);
    server.advance(299_999);
    expect(server.cordon.holders()).toEqual([holder]);
    server.advance(1);
    expect(server.cordon.isUp()).toBe(false);
    expectNoToken(ended);
  });

  describe.each(SIGNALS)('%s leaves no lease behind, with status %i', (signal, status) => {
    it.each(PHASES.map((phase) => [phase.where, phase] as const))(
      '%s',
      async (_, { server: makeOptions, until, settings, leases }) => {
        let reach: () => void = () => undefined;
        let release: () => void = () => undefined;
        const reached = new Promise<void>((resolve) => (reach = resolve));
        const released = new Promise<void>((resolve) => (release = resolve));
        const server = await deployServer(makeOptions(reach, released));
        const gate = await startGate({ url: server.url, ...settings });
        await (until?.(gate) ?? reached);
        expect(server.cordon.holders()).toHaveLength(leases);
        gate.kill(signal);
        await gate.saw(`stopped by ${signal}, without a green light`);
        // Time to lift too early, before a raise that is under way takes effect.
        for (let step = 0; step < 20; step++) await gate.advance(25);
        release();
        const ended = await gate.ended;
        expect(ended.status).toBe(status);
        expect(ended.stdout + ended.stderr).toMatch(/[ :]lease of \S+ released\n$/);
        expect(server.cordon.holders()).toEqual([]);
        expectNoToken(ended);
      },
    );
  });

  it.each(NO_CORDON)(
    'ends as it would without, and says that new runs are NOT blocked, where the server %s',
    async (_, options, why) => {
      const run = async (settings: GateSettings) => {
        const server = await deployServer(options);
        const gate = await startGate({ url: server.url, ...settings });
        await gate.saw('1 in flight');
        server.endRun();
        await gate.advance(20_000);
        const ended = await gate.ended;
        expectNoToken(ended);
        return { ...ended, polls: server.asked.filter((each) => !each.endsWith(CORDON_PATH)) };
      };
      const without = await run({ cordon: 'false' });
      const cordoned = await run({});
      const green = /quiet: green light, nothing in flight at \S+ \(waited .*, 2 checks\)/;
      for (const { status, stdout } of [without, cordoned]) {
        expect(status).toBe(0);
        expect(stdout).toMatch(green);
      }
      expect(cordoned.polls).toEqual(without.polls);
      const said = new RegExp(`cordon not up: new runs are NOT blocked: the cordon at \\S+ ${why.source}`);
      // When it happens, with the reason; and with the outcome.
      const { stdout, stderr } = cordoned;
      expect(`${stdout}${stderr}`).toMatch(said);
      expect(`${stdout}${stderr}`.match(/cordon not up: new runs are NOT blocked/g)).toHaveLength(2);
    },
  );
}

/** What holds for the lease of a process that nobody can stop from ending. */
export function describeKilledLease(startProcess: StartGate<Running>): void {
  it('leaves a lease that expires when it is killed outright', async () => {
    const server = await deployServer();
    const gate = await startProcess({ url: server.url, lease: '5m' });
    await gate.saw('1 in flight');
    gate.kill('SIGKILL');
    expect((await gate.ended).status).toBeNull();
    server.advance(299_999);
    expect(server.cordon.isUp()).toBe(true);
    server.advance(1);
    expect(server.cordon.isUp()).toBe(false);
  });
}

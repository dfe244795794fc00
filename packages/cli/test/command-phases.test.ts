import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { deployServer, type DeployServerOptions, TOKEN } from '@quietgate/job/test/deploy-server';
import { json } from '@quietgate/testkit/endpoint';
import type { Env, Running } from '@quietgate/testkit/processes';
import { startCli } from './support/run-cli.ts';
import { runMain, startMain } from './support/run-main.ts';

const LEASE_MS = 60_000;
const NOBODY: DeployServerOptions = { count: { listDeployments: () => [] } };

/** How far a hold has got. */
type Phase = 'waits' | 'proves its zero' | 'runs the command' | 'releases the lease';

/** A command that says which signal it gets, and ends with it; or else when its input ends. */
const COMMAND = `
  trap 'echo got SIGHUP; exit 1' HUP
  trap 'echo got SIGINT; exit 2' INT
  trap 'echo got SIGTERM; exit 15' TERM
  echo "begun $$."
  read line
`;

/** Starts a hold, and resolves once it has got so far; there it stays, until `goOn`. */
async function holdThat<Gate extends Running>(phase: Phase, start: (args: string[], env: Env) => Gate) {
  let goOn!: () => void;
  const released = new Promise<void>((resolve) => (goOn = resolve));
  let reach!: () => void;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const options: Record<Phase, DeployServerOptions> = {
    waits: {},
    'proves its zero': {
      ...NOBODY,
      raise:
        (raise) =>
        async (...asked) => {
          const lease = raise(...asked);
          if (asked[2] === undefined) return lease;
          reach();
          await released;
          return lease;
        },
    },
    'runs the command': NOBODY,
    'releases the lease': {
      ...NOBODY,
      answerInstead: ({ method }) =>
        method !== 'DELETE'
          ? undefined
          : (...exchange) => {
              reach();
              void released.then(() => {
                server.cordon.lift('deploy-42');
                json({})(...exchange);
              });
            },
    },
  };
  const server = await deployServer(options[phase]);
  const script = phase === 'runs the command' ? COMMAND : 'exit 7';
  const running = start(
    [server.url, '--cordon', '--holder', 'deploy-42', '--lease', '1m', '--', 'sh', '-c', script],
    { CORDON_TOKEN: TOKEN },
  );
  if (phase === 'waits') await running.saw('1 in flight');
  if (phase === 'runs the command') await running.saw('begun');
  if (phase === 'proves its zero' || phase === 'releases the lease') await reached;
  return { ...running, server, goOn };
}

describe.each([
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const)('%s to a hold leaves no lease', (signal, number) => {
  it.each(['waits', 'proves its zero'] as const)('that %s, and runs nothing', async (phase) => {
    const { kill, saw, ended, server, goOn } = await holdThat(phase, startMain);
    kill(signal);
    await saw(`stopped by ${signal}`);
    goOn();
    const { status, stdout } = await ended;
    expect([status, stdout]).toEqual([128 + number, '']);
    expect(server.cordon.holders()).toEqual([]);
  });

  it('that runs the command, which gets it, and whose status counts', async () => {
    const { kill, ended, server } = await holdThat('runs the command', startCli);
    kill(signal);
    const { status, stdout } = await ended;
    expect(status).toBe(number);
    expect(stdout).toMatch(new RegExp(`^begun \\d+\\.\ngot ${signal}\n$`));
    expect(server.cordon.holders()).toEqual([]);
  });

  it('that releases the lease, and changes nothing', async () => {
    const { kill, ended, server, goOn } = await holdThat('releases the lease', startMain);
    kill(signal);
    goOn();
    expect((await ended).status).toBe(7);
    expect(server.cordon.holders()).toEqual([]);
  });
});

describe('SIGKILL', () => {
  it.each<Phase>(['waits', 'proves its zero', 'runs the command', 'releases the lease'])(
    'to a hold that %s leaves a lease that expires by itself',
    async (phase) => {
      const { child, server } = await holdThat(phase, startCli);
      child.kill('SIGKILL');
      await once(child, 'exit');
      child.stdin.end(); // the command is left behind, and ends with its input
      expect(server.cordon.holders()).toEqual(['deploy-42']);
      server.advance(LEASE_MS - 1);
      expect(server.cordon.isUp()).toBe(true);
      server.advance(1);
      expect(server.cordon.isUp()).toBe(false);
    },
  );
});

it.each([
  ['HUP', 1],
  ['INT', 2],
  ['TERM', 15],
] as const)(
  'SIG%s to the command alone gives its status, %i, and leaves no lease',
  async (signal, number) => {
    const server = await deployServer(NOBODY);
    const script = `trap 'exit ${number}' ${signal}; kill -${signal} $$; read line`;
    const args = [server.url, '--cordon', '--', 'sh', '-c', script];
    expect((await runMain(args, { CORDON_TOKEN: TOKEN })).status).toBe(number);
    expect(server.cordon.holders()).toEqual([]);
  },
);

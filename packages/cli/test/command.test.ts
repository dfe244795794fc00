import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cordonedServer, TOKEN } from '@quietgate/job/test/cordoned-server';
import { deployServer } from '@quietgate/job/test/deploy-server';
import { endpoint, inFlight, type Respond, text } from '@quietgate/testkit/endpoint';
import { start } from '@quietgate/testkit/processes';
import { BIN, runCli, startCli } from './support/run-cli.ts';
import { runMain, startMain } from './support/run-main.ts';
import { noTerminal, startOnTerminal } from './support/terminal.ts';

const CORDON = ['--cordon', '--holder', 'deploy-42'];
const WITH_TOKEN = { CORDON_TOKEN: TOKEN };

/** A command that says when it has begun, and which signals it gets, and ends with the first of them. */
const HEEDS = `
  trap 'echo got SIGHUP; exit 1' HUP
  trap 'echo got SIGINT; exit 2' INT
  trap 'echo got SIGQUIT; exit 3' QUIT
  trap 'echo got SIGTERM; exit 15' TERM
  echo begun
  read line
`;
const heeding = ['sh', '-c', HEEDS];

describe('a command', () => {
  it('runs once the light is green, while the cordon is held, and knows the outcome and the holder', async () => {
    const server = await cordonedServer({ count: [inFlight(1), inFlight(0)] });
    const script = `echo "$QUIETGATE_OUTCOME $QUIETGATE_HOLDER \${CORDON_TOKEN-none}"; cat`;
    const { child, saw, ended } = startCli(
      [server.url, ...CORDON, '--interval', '20ms', '--', 'sh', '-c', script],
      WITH_TOKEN,
    );
    await saw('quiet deploy-42 none\n');
    expect(server.holders()).toEqual(['deploy-42']);
    child.stdin.end('its input\n');
    const { status, stdout, stderr } = await ended;
    expect([status, stdout]).toEqual([0, 'quiet deploy-42 none\nits input\n']);
    expect(stderr).toMatch(/Z quiet: green light, .*, 2 checks\); running sh\n/);
    expect(stderr).toMatch(/Z cordon up: new runs are blocked while sh runs, held by deploy-42\n/);
    expect(stderr).toMatch(
      /Z lease of deploy-42 released\n\S+Z sh exited with 0: waited .* for quiet, ran for .*, blocked new runs for .*\n$/,
    );
    expect(server.holders()).toEqual([]);
    expect(stdout + stderr).not.toContain(TOKEN);
  });

  it.each<[command: string[], status: number]>([
    [['true'], 0],
    [['sh', '-c', 'exit 7'], 7],
    [['sh', '-c', 'kill -KILL $$'], 137],
    [['/no/such/command'], 127],
    [['/etc/passwd'], 126],
    [['/etc/passwd/command'], 126],
  ])('%j gives its status: %i, and leaves no lease', async (command, expected) => {
    const server = await cordonedServer({ count: [inFlight(0)] });
    const { status, stdout } = await runMain([server.url, ...CORDON, '--', ...command], WITH_TOKEN);
    expect([status, stdout]).toEqual([expected, '']);
    expect(server.holders()).toEqual([]);
  });

  it('is not run on an outcome that --fail-on names', async () => {
    const server = await cordonedServer({ count: [text(404)] });
    const args = [server.url, ...CORDON, '--fail-on', 'failed-open', '--', 'sh', '-c', 'exit 7'];
    expect((await runMain(args, WITH_TOKEN)).status).toBe(1);
    expect(server.holders()).toEqual([]);
  });

  it('is run on any other, and hears of it', async () => {
    const { url } = await endpoint(text(404));
    const script = 'test "$QUIETGATE_OUTCOME" = failed-open && exit 7';
    expect((await runMain([url, '--', 'sh', '-c', script])).status).toBe(7);
  });

  it.each([
    [
      'true',
      ['deploy-42'],
      /; the lease of deploy-42 is kept: new runs are blocked until \S+Z at the latest\n$/,
    ],
    ['false', [], /, blocked new runs for \S+\n$/],
  ])('--keep-lease after %s leaves %j', async (command, holders, last) => {
    const server = await cordonedServer({ count: [inFlight(0)] });
    const args = [server.url, ...CORDON, '--keep-lease', '--', command];
    const { stderr } = await runMain(args, WITH_TOKEN);
    expect(stderr).toMatch(last);
    expect(server.holders()).toEqual(holders);
  });

  it('hears no alarm of a restart, which the rollout is for', async () => {
    let raises = 0;
    const { url } = await deployServer({
      count: { listDeployments: () => [] },
      raise: (raise) => (holder, leaseMs) => ({
        ...raise(holder, leaseMs),
        id: `lease-${++raises > 2 ? 2 : 1}`,
      }),
    });
    const { child, saw, ended } = startCli(
      [url, ...CORDON, '--interval', '20ms', '--', 'sh', '-c', 'echo begun; read line'],
      WITH_TOKEN,
    );
    await saw('begun');
    await saw(
      'the server has restarted: cordon up again, held by deploy-42; runs may have started in between',
    );
    child.stdin.end('\n');
    const { stderr } = await ended;
    expect(stderr).not.toContain('NOT blocked');
    expect(stderr).toMatch(/ blocked new runs for up to \S+\n$/);
  });

  it('is not said to run under a cordon of which nobody knows', async () => {
    const server = await cordonedServer({ count: [text(404)] });
    const { stderr } = await runMain([server.url, ...CORDON, '--', 'true'], WITH_TOKEN);
    expect(stderr).toContain(
      'Z cordon raised, held by deploy-42, but the server gives no count: new runs may start\n',
    );
    expect(stderr).not.toContain('are blocked while');
  });

  it('that leaves a child behind is not waited for any longer', async () => {
    const server = await cordonedServer({ count: [inFlight(0)] });
    const script = 'sleep 60 >/dev/null 2>&1 & echo $!';
    const { status, stdout } = await runCli([server.url, ...CORDON, '--', 'sh', '-c', script], WITH_TOKEN);
    process.kill(Number(stdout), 'SIGKILL');
    expect(status).toBe(0);
    expect(server.holders()).toEqual([]);
  });

  it('may write a gigabyte through a pipe', async () => {
    const { url } = await endpoint(inFlight(0));
    const command = [process.execPath, BIN, url, '--', 'head', '-c', '1000000000', '/dev/zero'];
    const { stdout } = await start('sh', ['-c', '"$@" | wc -c', 'sh', ...command]).ended;
    expect(stdout.trim()).toBe('1000000000');
  });

  it.skipIf(process.platform !== 'linux')(
    'has the very files that quietgate has for standard streams',
    async () => {
      const { url } = await endpoint(inFlight(0));
      const script = 'for fd in 0 1 2; do readlink /proc/$$/fd/$fd /proc/$PPID/fd/$fd; done';
      const { stdout } = await runCli([url, '--', 'sh', '-c', script]);
      const [in1, in2, out1, out2, err1, err2] = stdout.trim().split('\n');
      expect([in1, out1, err1]).toEqual([in2, out2, err2]);
      expect(new Set([in1, out1, err1]).size).toBe(3);
    },
  );
});

describe('a signal', () => {
  it('SIGQUIT ends the wait with 131, and releases the lease; a second one changes nothing', async () => {
    const server = await cordonedServer({ count: [inFlight(1)] });
    const { kill, saw, ended } = startMain([server.url, ...CORDON, '--', 'false'], WITH_TOKEN);
    await saw('1 in flight');
    kill('SIGQUIT');
    kill('SIGQUIT');
    const { status, stdout, stderr } = await ended;
    expect([status, stdout]).toEqual([131, '']);
    expect(stderr).toMatch(
      /Z stopped by SIGQUIT, without a green light\n\S+Z lease of deploy-42 released\n$/,
    );
    expect(server.holders()).toEqual([]);
  });

  it('SIGQUIT is passed on to the command, whose status counts', async () => {
    const server = await cordonedServer({ count: [inFlight(0)] });
    const { child, saw, ended } = startCli([server.url, ...CORDON, '--', ...heeding], WITH_TOKEN);
    await saw('begun');
    child.kill('SIGQUIT');
    const { status, stdout } = await ended;
    expect([status, stdout]).toEqual([3, 'begun\ngot SIGQUIT\n']);
    expect(server.holders()).toEqual([]);
  });

  it('that the command ignores keeps quietgate, the lease, and the input of the command, until that has ended', async () => {
    const server = await cordonedServer({ count: [inFlight(0)] });
    const script = `
      trap 'echo ignored; ignored=1' TERM
      echo begun
      until [ "$ignored" ]; do sleep 0.01; done
      exec 3<&0; cat <&3 & sleep 0.1; kill $!; wait $!; echo "reading, until $?"
      cat
    `;
    const command = ['sh', '-c', script];
    const { child, saw, ended } = startCli([server.url, ...CORDON, '--', ...command], WITH_TOKEN);
    await saw('begun');
    child.kill('SIGTERM');
    await saw('until');
    expect(server.holders()).toEqual(['deploy-42']);
    child.stdin.end('its input\n');
    const { status, stdout } = await ended;
    expect([status, stdout]).toEqual([0, 'begun\nignored\nreading, until 143\nits input\n']);
    expect(server.holders()).toEqual([]);
  });

  describe.skipIf(noTerminal !== undefined)('of a terminal', () => {
    it.each([
      ['Ctrl-C', '\u0003', 'SIGINT', 2],
      ['Ctrl-\\', '\u001c', 'SIGQUIT', 3],
    ])('by %s reaches the command once', async (_, key, signal, expected) => {
      const server = await cordonedServer({ count: [inFlight(0)] });
      const { child, saw, ended } = startOnTerminal([server.url, ...CORDON, '--', ...heeding], WITH_TOKEN);
      await saw('begun');
      child.stdin.write(key);
      const { status, stdout } = await ended;
      expect(status).toBe(expected);
      expect(stdout.split(`got ${signal}`)).toHaveLength(2);
      expect(server.holders()).toEqual([]);
    });

    it('that is closed ends the command, and releases the lease', async () => {
      const server = await cordonedServer({ count: [inFlight(0)] });
      const { child, saw } = startOnTerminal([server.url, ...CORDON, '--', ...heeding], WITH_TOKEN);
      await saw('begun');
      child.kill('SIGKILL');
      await server.saw(/^DELETE/);
    });
  });
});

describe('several servers', () => {
  it('have to be quiet at the same moment, and share the token and the holder', async () => {
    const servers = [
      await cordonedServer({ count: [inFlight(1, ['t13']), inFlight(0)] }),
      await cordonedServer({ count: [inFlight(0)] }),
    ];
    const urls = servers.map(({ url }) => url);
    const script = 'test "$QUIETGATE_OUTCOME" = quiet && exit 7';
    const args = [...urls, ...CORDON, '--interval', '20ms', '--', 'sh', '-c', script];
    const { status, stderr } = await runMain(args, WITH_TOKEN);
    expect(status).toBe(7);
    expect(stderr).toContain(`${urls[0] ?? ''}: 1 in flight: t13 (`);
    expect(stderr).toMatch(/Z quiet: 2 of 2 servers \(waited .*\); running sh\n/);
    expect(servers.flatMap((server) => server.holders())).toEqual([]);
  });

  it('keep their leases where there is no command, and share the path and the headers', async () => {
    const seen: string[] = [];
    const note: Respond = (response, request) => {
      seen.push(`${request.url ?? ''} ${String(request.headers['x-one'])}`);
      inFlight(0)(response, request);
    };
    const servers = [await cordonedServer({ count: [note] }), await cordonedServer({ count: [note] })];
    const urls = servers.map(({ url }) => url);
    const args = [...urls, ...CORDON, '--path', '/count', '--header', 'X-One: 1', '--no-long-poll'];
    expect((await runMain(args, WITH_TOKEN)).status).toBe(0);
    expect(new Set(seen.map((each) => each.replace(/\?[^ ]*/, '')))).toEqual(new Set(['/count 1']));
    expect(servers.flatMap((server) => server.holders())).toEqual(['deploy-42', 'deploy-42']);
  });

  it('are one result as JSON', async () => {
    const quiet = await endpoint(inFlight(0));
    const missing = await endpoint(text(404));
    const { status, stdout } = await runMain([quiet.url, missing.url, '--json']);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'failed-open',
      gates: [
        { url: quiet.url, outcome: 'quiet', lastSeen: { count: 0, ids: [] } },
        { url: missing.url, outcome: 'failed-open', reason: 'not-found', status: 404 },
      ],
    });
  });

  it('stop the deploy where --fail-on names the outcome of any', async () => {
    const quiet = await endpoint(inFlight(0));
    const missing = await endpoint(text(404));
    expect((await runMain([quiet.url, missing.url, '--fail-on', 'failed-open'])).status).toBe(1);
  });
});

describe('CORDON_TOKEN_FILE', () => {
  it('names a file that is read for each request', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'quietgate-token-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const file = join(folder, 'token');
    writeFileSync(file, `${TOKEN}\n`);
    const server = await cordonedServer({ count: [inFlight(0)] });
    const { status } = await runMain([server.url, ...CORDON], { CORDON_TOKEN_FILE: file });
    expect(status).toBe(0);
    expect(server.holders()).toEqual(['deploy-42']);
  });

  it('goes with no CORDON_TOKEN', async () => {
    const { status, stderr } = await runMain(['https://a.example', ...CORDON], {
      ...WITH_TOKEN,
      CORDON_TOKEN_FILE: '/no/such/file',
    });
    expect(status).toBe(2);
    expect(stderr).toContain('quietgate: CORDON_TOKEN and CORDON_TOKEN_FILE exclude each other, got both\n');
  });
});

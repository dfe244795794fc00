import { fileURLToPath } from 'node:url';
import { bundled } from '@quietgate/testkit/bundled';
import { heldClock } from '@quietgate/testkit/held-clock';
import { start } from '@quietgate/testkit/processes';
import { expect, it, vi } from 'vitest';
import { fakeEcsAgent } from '../test/fake-ecs-agent.ts';

it('the server is protected while it has a run, and ends once that has', async () => {
  const { uri, states } = await fakeEcsAgent();
  const clock = await heldClock();
  const program = await bundled(fileURLToPath(new URL('main.ts', import.meta.url)));
  const { child, saw, ended } = start(process.execPath, [program], {
    ...clock.env,
    ECS_AGENT_URI: uri,
    PORT: '0',
    RUN_SECONDS: '1200',
    DRAIN_SECONDS: '1740',
  });
  const [, port = ''] = await saw(/listening on .*port: (\d+)/);
  const isBusy = () => (states.at(-1) as { ProtectionEnabled?: boolean } | undefined)?.ProtectionEnabled;
  await vi.waitUntil(() => isBusy() === false, { timeout: 60_000 });
  const url = `http://localhost:${port}`;
  expect((await fetch(`${url}/runs`, { method: 'POST' })).status).toBe(202);
  await vi.waitUntil(() => isBusy() === true, { timeout: 60_000 });
  child.kill('SIGTERM');
  await vi.waitUntil(async () => (await fetch(`${url}/runs`, { method: 'POST' })).status === 503, {
    timeout: 60_000,
  });
  await clock.advance(1_200_000);
  expect((await ended).status).toBe(0);
  expect(isBusy()).toBe(false);
});

import { expect, onTestFinished, test, vi } from 'vitest';
import { connect, createDatabase } from '../test/database.ts';
import { createTables, insertDeployment, listInFlight } from './deployments.ts';
import { createProvisioner } from './provisioner.ts';

const STILL_MS = 3_600_000;
const HEARTBEAT_MS = 15_000;
const LIMIT = { timeout: 60_000 };

/** A provisioner at work on one run, whose heart the test makes beat. */
async function provisionOne() {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const sql = connect(await createDatabase());
  await createTables(sql);
  const { id } = await sql.begin((tx) => insertDeployment(tx, 't13'));
  const onError = vi.fn();
  const provisioner = createProvisioner(sql, STILL_MS, onError);
  onTestFinished(() => provisioner.close());
  provisioner.work(id);
  return { sql, onError };
}

test('shows every 15 s that a run is alive', async () => {
  const { sql } = await provisionOne();
  await sql`update deployments set heartbeat_at = heartbeat_at - interval '1 day'`;
  const silence = async () => (await listInFlight(sql, new AbortController().signal))[0]?.silentMs ?? NaN;
  vi.advanceTimersByTime(HEARTBEAT_MS - 1);
  expect(await silence()).toBeGreaterThan(STILL_MS);
  vi.advanceTimersByTime(1);
  await vi.waitUntil(async () => (await silence()) < STILL_MS, LIMIT);
});

test('goes on when its database cannot be asked, and reports it', async () => {
  const { sql, onError } = await provisionOne();
  await sql`alter table deployments rename to elsewhere`;
  vi.advanceTimersByTime(HEARTBEAT_MS);
  await vi.waitUntil(() => onError.mock.calls.length === 1, LIMIT);
  expect(onError).toHaveBeenCalledWith(expect.objectContaining({ code: '42P01' }));
  await sql`alter table elsewhere rename to deployments`;
});

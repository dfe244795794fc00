import { createRuns } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { describe, expect, it, vi } from 'vitest';
import { fakeEcsAgent } from '../test/fake-ecs-agent.ts';
import { fakeKubernetes } from '../test/fake-kubernetes.ts';
import { ecsTaskProtection } from './ecs-task-protection.ts';
import { protectionOf } from './protection-of.ts';
import { protectWhileBusy } from './protect-while-busy.ts';
import { safeToEvict } from './safe-to-evict.ts';

/** Runs on a clock that the test moves, under a protection that notes what it is told. */
function createProtected(set: (isBusy: boolean) => Promise<void> = () => Promise.resolve()) {
  const clock = createVirtualClock({ autoAdvance: false });
  const runs = createRuns({ clock });
  const told: [atMs: number, isBusy: boolean][] = [];
  const errors: unknown[] = [];
  const over = new AbortController();
  const protection = {
    renewMs: 60_000,
    set: (isBusy: boolean) => {
      told.push([clock.now(), isBusy]);
      return set(isBusy);
    },
  };
  const onError = (error: unknown) => errors.push(error);
  const ended = protectWhileBusy({ runs, protection, signal: over.signal, onError, clock });
  return { clock, runs, told, errors, over, ended };
}

describe('a process', () => {
  it('is protected from its first run to its last, renewed in between, and not told twice', async () => {
    const { clock, runs, told } = createProtected();
    await clock.advance(1_000);
    const [first, second] = [runs.begin('t13'), runs.begin('t17')];
    await clock.advance(50_000);
    first.end();
    await clock.advance(100_000);
    second.end();
    await clock.advance(1_000_000);
    expect(told).toEqual([
      [0, false],
      [1_000, true],
      [61_000, true],
      [121_000, true],
      [151_000, false],
    ]);
    expect(clock.pending).toBe(0);
  });

  it('asks again in five seconds what was refused', async () => {
    const set = vi.fn<(isBusy: boolean) => Promise<void>>().mockResolvedValue();
    const { clock, runs, told, errors } = createProtected(set);
    await clock.advance(1_000);
    set.mockRejectedValueOnce(new Error('throttled'));
    runs.begin('t13');
    await clock.advance(10_000);
    expect(told).toEqual([
      [0, false],
      [1_000, true],
      [6_000, true],
    ]);
    expect(errors).toEqual([new Error('throttled')]);
  });

  it('misses no run that ends while it is told of', async () => {
    const clock = createVirtualClock({ autoAdvance: false });
    const { runs, told, ...rest } = createProtected(() => clock.sleep(500));
    await clock.advance(500);
    const run = runs.begin('t13');
    await clock.advance(100);
    run.end();
    await clock.advance(1_000);
    expect(told.map(([, isBusy]) => isBusy)).toEqual([false, true, false]);
    expect(rest.errors).toEqual([]);
  });

  it('takes the protection off at the end, and leaves nothing behind', async () => {
    const { clock, runs, told, over, ended } = createProtected();
    runs.begin('t13');
    await clock.advance(1_000);
    over.abort();
    await ended;
    expect([told.at(-1), clock.pending]).toEqual([[1_000, false], 0]);
    runs.begin('t17');
    await clock.advance(100_000);
    expect(told).toHaveLength(3);
  });
});

describe('a task of ECS', () => {
  it('is protected for a quarter of an hour, until that is taken off', async () => {
    const { uri, states } = await fakeEcsAgent();
    const { set, renewMs } = ecsTaskProtection(uri);
    await set(true);
    await set(false);
    expect(states).toEqual([{ ProtectionEnabled: true, ExpiresInMinutes: 15 }, { ProtectionEnabled: false }]);
    expect(renewMs).toBe(5 * 60_000);
  });

  it('is not, where ECS says so with a 200', async () => {
    const { uri } = await fakeEcsAgent({
      Reason: 'TASK_NOT_VALID',
      Detail: 'the task belongs to no service',
    });
    await expect(ecsTaskProtection(uri).set(true)).rejects.toThrow('ECS protects no task: 200 {"failure"');
  });

  it('is not, where there is no such agent', async () => {
    const { uri } = await fakeEcsAgent();
    await expect(ecsTaskProtection(`${uri}/other`).set(true)).rejects.toThrow('ECS protects no task: 400 ');
  });
});

describe('a Pod', () => {
  it('is annotated while it is busy, and other annotations are left as they are', async () => {
    const { options, annotations } = await fakeKubernetes({ owner: 'sre' });
    const { set } = safeToEvict(options);
    await set(true);
    expect(annotations).toEqual({
      owner: 'sre',
      'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
      'karpenter.sh/do-not-disrupt': 'true',
    });
    await set(false);
    await set(false);
    expect(annotations).toEqual({ owner: 'sre' });
  });

  it('calls with the token of the day', async () => {
    const { options, annotations, rotateToken } = await fakeKubernetes();
    const { set } = safeToEvict(options);
    await set(true);
    await rotateToken();
    await set(false);
    expect(annotations).toEqual({});
  });

  it('is not, where it is not there', async () => {
    const { options } = await fakeKubernetes();
    const { set } = safeToEvict({ ...options, pod: 'another' });
    await expect(set(true)).rejects.toThrow('Kubernetes annotates no Pod: 404 ');
  });
});

it('a process has the protection of the orchestrator that started it, or none', () => {
  expect(protectionOf({ ECS_AGENT_URI: 'http://169.254.170.2/api/x' })?.renewMs).toBe(5 * 60_000);
  expect(protectionOf({ KUBERNETES_SERVICE_HOST: '10.0.0.1' })?.renewMs).toBe(5 * 60_000);
  expect(protectionOf({})).toBeUndefined();
});

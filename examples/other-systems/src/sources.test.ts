import { waitForQuiet } from '@quietgate/core';
import { createVirtualClock } from '@quietgate/core/testing';
import { endpoint, json, nobody, text } from '@quietgate/testkit/endpoint';
import { describe, expect, it } from 'vitest';
import { ATLANTIS_STATUSES, BULLMQ_ACTIVE } from './answers.ts';
import { atlantisSource } from './atlantis.ts';
import { bullmqSource } from './bullmq.ts';
import { gitlabPipelines } from './gitlab.ts';
import { spaceliftRuns } from './spacelift.ts';
import { terraformRuns } from './terraform-cloud.ts';

const { signal } = new AbortController();

describe('atlantisSource', () => {
  it.each(['', '/', '/infra', '/infra/'])('asks for the status below %j', async (prefix) => {
    const { url, requests } = await endpoint(...ATLANTIS_STATUSES.map(json));
    const source = atlantisSource(url + prefix);
    expect(await source({ signal })).toEqual({ count: 2, ids: [] });
    expect(requests.map((request) => request.url)).toEqual([`${prefix.replace(/\/$/, '')}/status`]);
  });

  it('holds a gate until no operation is in progress', async () => {
    const { url } = await endpoint(...ATLANTIS_STATUSES.map(json));
    const result = await waitForQuiet({ source: atlantisSource(url), clock: createVirtualClock() });
    expect(result).toMatchObject({ outcome: 'quiet', polls: 3, elapsedMs: 40_000 });
  });

  it.each([
    ['another status', text(500, '{"in_progress_operations":0}')],
    ['a page of HTML', text(200, '<html>')],
    ['something else', json({ shutting_down: false })],
    ['a count that is none', json({ in_progress_operations: '0' })],
    ['null', json(null)],
  ])('treats %s as no response, and never as zero', async (_, answer) => {
    const { url } = await endpoint(answer);
    await expect(atlantisSource(url)({ signal })).rejects.toThrow(Error);
  });

  it('gives up with the gate', async () => {
    const aborted = AbortSignal.abort(new Error('time is over'));
    await expect(atlantisSource(await nobody())({ signal: aborted })).rejects.toThrow('time is over');
  });
});

describe('bullmqSource', () => {
  it('holds a gate until no job is active', async () => {
    const asked: unknown[] = [];
    const answers = [...BULLMQ_ACTIVE];
    const getRanges = (types: 'active'[]) => {
      asked.push(types);
      return Promise.resolve(answers.shift() ?? []);
    };
    const seen: unknown[] = [];
    const result = await waitForQuiet({
      source: bullmqSource({ getRanges, getWorkersCount: () => Promise.resolve(1) }),
      clock: createVirtualClock(),
      onEvent: ({ lastSeen }) => seen.push(lastSeen?.ids),
    });
    expect(result).toMatchObject({ outcome: 'quiet', polls: 3 });
    expect(seen).toEqual([['t13', 't17'], ['t17']]);
    expect(asked).toEqual([['active'], ['active'], ['active']]);
  });

  it('refuses a queue with neither a job nor a worker, as one that is misspelt', async () => {
    const queue = { getRanges: () => Promise.resolve([]), getWorkersCount: () => Promise.resolve(0) };
    await expect(bullmqSource(queue)()).rejects.toThrow(
      'the queue has no worker: look at its name and its prefix',
    );
  });

  it('counts the job of a worker that is gone', async () => {
    const queue = { getRanges: () => Promise.resolve(['t13']), getWorkersCount: () => Promise.resolve(0) };
    expect(await bullmqSource(queue)()).toEqual({ count: 1, ids: ['t13'] });
  });
});

describe('a listing that has another page', () => {
  const last = { data: { stack: { runs: [{ id: '01JV5Q1A', state: 'FINISHED' }] } } };

  it.each<[string, () => unknown]>([
    ['Terraform Cloud', () => terraformRuns({ data: [], meta: { pagination: { 'next-page': 2 } } })],
    ['GitLab', () => gitlabPipelines([], new Headers({ 'x-next-page': '2' }))],
    ['Spacelift', () => spaceliftRuns(last)],
  ])('of %s is refused, since a run might be on it', (system, list) => {
    expect(list).toThrow(`${system} has another page of runs (`);
  });

  it('is read to its end', () => {
    expect(spaceliftRuns(last, { data: { stack: { runs: [] } } })).toEqual([
      { id: '01JV5Q1A', status: 'FINISHED' },
    ]);
  });
});

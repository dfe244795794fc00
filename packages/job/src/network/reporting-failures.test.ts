import { expect, it } from 'vitest';
import { reportingFailures } from './reporting-failures.ts';

it('reports why an attempt failed, once the next one is made', async () => {
  const answers = [
    () => Promise.reject(new Error('reset')),
    () => Promise.resolve(new Response('', { status: 503 })),
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a signal aborts with any reason
    () => Promise.reject('enough'),
  ];
  const reports: string[] = [];
  const fetch = reportingFailures(
    () => answers.shift()?.() ?? Promise.resolve(new Response()),
    ({ message }, attempt) => reports.push(`${attempt} ${message}`),
  );
  await expect(fetch('https://a.example', {})).rejects.toThrow('reset');
  expect(reports).toEqual([]);
  expect((await fetch('https://a.example', {})).status).toBe(503);
  await expect(fetch('https://a.example', {})).rejects.toBe('enough');
  expect((await fetch('https://a.example', {})).status).toBe(200);
  expect(reports).toEqual(['1 reset', '2 answered 503', '3 enough']);
});

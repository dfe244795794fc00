import { expect, it } from 'vitest';
import { makePlan } from '../plan/plan.ts';
import { internalFailure } from '../report/job-result.ts';
import { NO_PROGRESS } from '../report/progress.ts';
import { allTermsOf } from '../report/terms.ts';
import { outcomeLines } from './outcome-lines.ts';

it('blames no proxy for a failure of quietgate itself', () => {
  const url = [{ name: '[url]', value: 'http://api.example' }];
  const terms = allTermsOf(makePlan(new Map([['url', url]]), { http_proxy: 'http://proxy.example' }));
  const result = internalFailure(new Error('no clock'), 'deploy-42');
  const lines = outcomeLines([{ result, progress: NO_PROGRESS }], terms);
  expect(terms[0].httpProxy).toBe('http_proxy');
  expect(lines.more).toHaveLength(1);
  expect(JSON.stringify(lines)).not.toContain('proxy');
});

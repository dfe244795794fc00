import { describe, expect, it } from 'vitest';
import { unavailable } from '../ask/unavailable.ts';
import { requestFailed } from './request-failed.ts';

describe('the error of a request', () => {
  it('has the status of a response, and no cause where there is none', () => {
    const failed = requestFailed(unavailable('http-status', 'answered 503', { status: 503 }));
    expect(failed).toMatchObject({ message: 'answered 503', reason: 'http-status', status: 503 });
    expect('cause' in failed).toBe(false);
  });

  it('has the cause of a failure, and no status where there was no response', () => {
    const cause = new Error('reset');
    const failed = requestFailed(unavailable('unreachable', 'could not be reached', { cause }));
    expect(failed.cause).toBe(cause);
    expect('status' in failed).toBe(false);
  });
});

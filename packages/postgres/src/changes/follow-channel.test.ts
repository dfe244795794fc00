import { expect, it } from 'vitest';
import type { Database } from '../database/database.ts';
import { followChannel } from './follow-channel.ts';

it('says to whoever waits for it that it was stopped', async () => {
  const database = {
    listen: () => () => Promise.resolve(),
    hasEnded: () => false,
  } satisfies Partial<Database<unknown>> as unknown as Database<unknown>;
  const { ready, stop } = followChannel(database, 'runs');
  await stop();
  await expect(ready).rejects.toThrow('it listens no more');
});

import { describe, it } from 'vitest';
import { readCorpus } from './corpus.ts';
import { TARGETS } from './targets.ts';

describe.each(TARGETS)('the corpus, run through $name', ({ corpus, run }) => {
  it.each(readCorpus(corpus))('%s', async (_, bytes) => {
    await run(bytes);
  });
});

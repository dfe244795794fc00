import { expect, it, onTestFinished, vi } from 'vitest';
import { LazySegmenter } from './lazy-segmenter.ts';

it('a lazy segmenter makes its segmenter when it is first asked, and once', () => {
  let made = 0;
  class Counted extends Intl.Segmenter {
    constructor() {
      super();
      made++;
    }
  }
  vi.stubGlobal('Intl', { Segmenter: Counted });
  onTestFinished(() => void vi.unstubAllGlobals());
  const segmenter = new LazySegmenter();
  const segmentsOf = (text: string) => [...segmenter.segment(text)].map(({ segment }) => segment);
  expect(made).toBe(0);
  expect(segmentsOf('e\u0301👩‍🚀')).toEqual(['e\u0301', '👩‍🚀']);
  expect(segmentsOf('ab')).toEqual(['a', 'b']);
  expect(made).toBe(1);
});

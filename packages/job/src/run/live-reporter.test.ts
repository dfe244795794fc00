import type { GateEvent } from '@quietgate/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { makePlan } from '../plan/plan.ts';
import { nextProgress, NO_PROGRESS, type Progress } from '../report/progress.ts';
import { allTermsOf } from '../report/terms.ts';
import { liveReporter } from './live-reporter.ts';

const CLEAR = '\r<ESC>[K';
const BAR = '░░░░░░░░░░░░░░░░';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
  vi.advanceTimersByTime(7000); // a process is older than its line
});
afterEach(() => {
  vi.useRealTimers();
});

/** A terminal on which the gates of some servers are drawn, and what was written there since it was looked at last. */
function draw(...hosts: readonly string[]) {
  const given = new Map([
    ['url', hosts.map((host) => ({ name: 'url', value: `https://${host}.example` }))],
    ['cordon', [{ name: 'cordon', value: 'true' }]],
    ['cordon-token', [{ name: 'cordon-token', value: 'a-token-of-the-server' }]],
    ['holder', [{ name: 'holder', value: 'deploy-42' }]],
  ]);
  let text = '';
  let result = '';
  const reporter = liveReporter(
    allTermsOf(makePlan(given, {})),
    {
      write: (more) => (text += more.replaceAll('\u001b', '<ESC>')),
      columns: () => 200,
      paint: (line, green) => `<${String(green)}>${line}`,
    },
    (line) => (result += line),
  );
  const written = () => {
    const since = text;
    text = '';
    return since;
  };
  return { ...reporter, written, result: () => result };
}

const at = { poll: 1, nextInMs: 20_000, elapsedMs: 0 };
const waiting: GateEvent = { type: 'waiting', held: false, ...at, lastSeen: { count: 1, ids: ['t13'] } };
const cordoned: GateEvent = { type: 'cordoned', ...at, nextInMs: 0 };
const after = (...events: readonly GateEvent[]): Progress => events.reduce(nextProgress, NO_PROGRESS);
const quiet = { outcome: 'quiet', polls: 1, elapsedMs: 0, lastSeen: { count: 0, ids: [] } } as const;

describe('one server', () => {
  it('is a line that is drawn anew each second, until the end', () => {
    const { start, progress, end, written, result } = draw('a');
    start();
    expect(written()).toBe(`${CLEAR}⠋ asking https://a.example · 0s of 30m ${BAR}`);
    vi.advanceTimersByTime(999);
    expect(written()).toBe('');
    vi.advanceTimersByTime(1);
    expect(written()).toBe(`${CLEAR}⠙ asking https://a.example · 1s of 30m ${BAR}`);
    progress(0, after(waiting));
    expect(written()).toBe(`${CLEAR}⠹ 1 in flight: t13 · 1s of 30m ${BAR} · next check in 20s`);
    vi.advanceTimersByTime(2000);
    expect(written()).toBe(
      `${CLEAR}⠸ 1 in flight: t13 · 2s of 30m ${BAR} · next check in 19s` +
        `${CLEAR}⠼ 1 in flight: t13 · 3s of 30m ${BAR} · next check in 18s`,
    );
    end([{ result: { ...quiet, unknown: 1 }, progress: NO_PROGRESS }]);
    expect(written()).toMatch(/^\r<ESC>\[K1 run with a status [^\n]*\n$/);
    expect(result()).toMatch(/^<false>quiet: green light, [^\n]*; the deploy goes ahead\n$/);
    vi.advanceTimersByTime(5000);
    progress(0, after(waiting));
    expect(written()).toBe('');
  });

  it('is asked, or held by the server, once the time of the next check has come', () => {
    const { start, progress, written } = draw('a');
    start();
    progress(0, after({ ...waiting, nextInMs: 0 }));
    expect(written()).toMatch(/ · asking$/);
    progress(0, after({ ...waiting, held: true, nextInMs: 0 }));
    expect(written()).toMatch(/ · the server responds once it is quiet$/);
    progress(0, after({ type: 'settling', ...at, nextInMs: 0, lastSeen: { count: 0, ids: [] } }));
    expect(written()).toMatch(/ nothing in flight, but not for 0s yet · .* · asking$/);
  });

  it('leaves the news of its cordon above the line, each once', () => {
    const { start, progress, written } = draw('a');
    start();
    written();
    const up = after(cordoned);
    progress(0, up);
    expect(written()).toBe(
      `${CLEAR}cordon up: new runs are blocked by a lease of 10m at most, held by deploy-42\n` +
        `${CLEAR}⠙ asking https://a.example · 0s of 30m ${BAR}`,
    );
    progress(0, nextProgress(up, waiting));
    expect(written()).toMatch(/^\r<ESC>\[K⠹ 1 in flight: t13 [^\n]*$/);
  });

  it('is painted green when it is quiet, with the line cleared before', () => {
    const { start, end, written, result } = draw('a');
    start();
    written();
    end([{ result: quiet, progress: NO_PROGRESS }]);
    expect(written()).toBe(CLEAR);
    expect(result()).toMatch(/^<true>quiet: /);
  });

  it('does not repeat at the end why its cordon is not up', () => {
    const { start, progress, end, written } = draw('a');
    start();
    const lost = after({ type: 'uncordoned', message: 'answered 401', ...at });
    progress(0, lost);
    expect(written()).toContain('cordon not up: new runs are NOT blocked: answered 401\n');
    const result = { ...quiet, cordon: { holder: 'deploy-42', up: false, message: 'answered 401' } } as const;
    end([{ result, progress: lost }]);
    expect(written()).toBe(`${CLEAR}cordon not up: new runs are NOT blocked\n`);
  });

  it.each([
    ['stopped by SIGINT', `${CLEAR}stopped by SIGINT\n`],
    [undefined, CLEAR],
  ])('is cleared when it is stopped: %s', (why, text) => {
    const { start, stop, written } = draw('a');
    start();
    written();
    stop(why);
    expect(written()).toBe(text);
    vi.advanceTimersByTime(5000);
    expect(written()).toBe('');
  });

  it('leaves alone what was written after the end', () => {
    const { start, end, note, stop, written } = draw('a');
    start();
    end([{ result: quiet, progress: NO_PROGRESS }]);
    written();
    note('lease released', false);
    stop('stopped by SIGINT');
    expect(written()).toBe('lease released\nstopped by SIGINT\n');
  });

  it('is drawn no sooner than it starts', () => {
    const { progress, written } = draw('a');
    progress(0, after(waiting));
    expect(written()).toBe('');
  });
});

describe('several servers', () => {
  const line = (spinner: string, host: string, seen: string) =>
    `${spinner} https://${host}.example: ${seen} · 0s of 30m ${BAR}`;

  it('are a line each while they are awaited, drawn over the lines before', () => {
    const { start, progress, end, written } = draw('a', 'b', 'c');
    start();
    const asking = (spinner: string, ...names: readonly string[]) =>
      names.map((host) => line(spinner, host, `asking https://${host}.example`));
    expect(written()).toBe(CLEAR + asking('⠋', 'a', 'b', 'c').join('\n'));
    const held = { held: { outcome: 'quiet', elapsedMs: 0 } } as const;
    progress(1, held);
    expect(written()).toBe(`<ESC>[2F<ESC>[J${asking('⠙', 'a', 'c').join('\n')}`);
    progress(0, held);
    expect(written()).toBe(`<ESC>[1F<ESC>[J${asking('⠹', 'c').join('\n')}`);
    progress(2, held);
    expect(written()).toBe(
      CLEAR +
        ['a', 'b', 'c']
          .map((host) => `${line('⠸', host, 'quiet, waiting for the other servers')} · asking`)
          .join('\n'),
    );
    end(['a', 'b', 'c'].map(() => ({ result: quiet, progress: NO_PROGRESS })));
    expect(written()).toMatch(/^<ESC>\[2F<ESC>\[Jhttps:\/\/a\.example: quiet: /);
  });

  it('have news of a cordon each', () => {
    const { start, progress, written } = draw('a', 'b');
    start();
    written();
    progress(1, after(cordoned));
    expect(written()).toMatch(
      /^<ESC>\[1F<ESC>\[Jhttps:\/\/b\.example: cordon up: new runs are blocked [^\n]*\n\r<ESC>\[K/,
    );
  });
});

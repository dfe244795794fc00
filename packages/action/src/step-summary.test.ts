import { fc, test, unicodeString } from '@quietgate/testkit/property';
import type { QuietResult } from '@quietgate/core';
import { expect, it } from 'vitest';
import { allTermsOf, makePlan, NO_PROGRESS, NO_SETTINGS, type ReportedEnd } from '@quietgate/job';
import { NO_HISTORY, remember } from './history.ts';
import { stepSummary } from './step-summary.ts';

const URL_SETTING = { name: 'url', value: 'https://console.openova.io' };
const plan = makePlan(new Map([['url', [URL_SETTING]]]), {});
const terms = allTermsOf(plan);

const endOf = (result: QuietResult, more: Partial<ReportedEnd> = {}): ReportedEnd => ({
  ended: [{ result, progress: NO_PROGRESS }],
  status: 0,
  seen: [NO_PROGRESS],
  elapsedMs: result.elapsedMs,
  ...more,
});

it('reads as a page', () => {
  let history = remember(NO_HISTORY, { count: 1, ids: ['t13'] }, 0);
  history = remember(history, { count: 0, ids: [] }, 80_000);
  const result: QuietResult = {
    outcome: 'quiet',
    polls: 2,
    elapsedMs: 80_000,
    lastSeen: { count: 0, ids: [] },
  };
  expect(stepSummary(endOf(result), [history], terms)).toBe(`### 🟢 Quietgate: quiet

quiet&#58; green light, nothing in flight at https&#58;&#47;&#47;console&#46;openova&#46;io&#47;api&#47;v1&#47;deployments&#47;in&#45;flight&#45;count (waited 1m 20s, 2 checks); the deploy goes ahead

| waited for | how long |
| --- | --- |
| <code>t13</code> | 1m 20s |

\`\`\`mermaid
%%{init: {"xyChart":{"height":300,"yAxis":{"showLabel":false,"showTick":false}},"themeVariables":{"xyChart":{"plotColorPalette":"#3b82f6"}}}}%%
xychart-beta
  title "Runs in flight"
  x-axis "seconds waited" 0 --> 80
  y-axis "in flight, up to 1" 0 --> 1
  line [1, 1, 1, 1, 1, 1, 1, 0]
\`\`\`
`);
});

const green: QuietResult = { outcome: 'quiet', polls: 1, elapsedMs: 0, lastSeen: { count: 0, ids: [] } };

it('warns where the URL is the default, as when a variable is empty', () => {
  const byDefault = allTermsOf(makePlan(NO_SETTINGS, { CATALYST_API_URL: '' }));
  const WARNING =
    '\n\n⚠️ asked https&#58;&#47;&#47;console&#46;openova&#46;io&#58; the default URL, since CATALYST&#95;API&#95;URL is empty\n';
  expect(stepSummary(endOf(green), [], byDefault)).toContain(WARNING);
  expect(stepSummary(endOf(green, { signal: 'SIGINT' }), [], byDefault)).toContain(WARNING);
  expect(stepSummary(endOf(green), [], terms)).not.toContain('⚠️');
});

it('warns of runs that nobody can judge, beside the green light', () => {
  const page = stepSummary(endOf({ ...green, unknown: 2 }), [], terms);
  expect(page).toMatch(/^### 🟡 Quietgate: quiet\n\nquiet&#58; green light, /);
  expect(page).toContain('\n\n2 runs with a status that the server does not know are not counted&#58; ');
});

it.each([
  [50, 50, ''],
  [51, 50, 'and 1 more'],
  [120, 50, 'and 70 more'],
])('of %i runs it shows %i, and counts the rest', (runs, shown, rest) => {
  const ids = Array.from({ length: runs }, (_, index) => `t${index + 1}`);
  const history = remember(NO_HISTORY, { count: runs, ids }, 0);
  const result: QuietResult = { outcome: 'timed-out', polls: 1, elapsedMs: 20_000 };
  const page = stepSummary(endOf(result), [history], terms);
  const rows = page.split('\n').filter((line) => line.startsWith('| <code>'));
  const named = rows.map((row) => /<code>(.*)<\/code>/.exec(row)?.[1]);
  expect(named).toEqual(ids.slice(0, shown));
  expect(/\|\n\n(and .*)\n\n```mermaid/.exec(page)?.[1] ?? '').toBe(rest);
});

test.prop([fc.array(unicodeString(), { minLength: 1, maxLength: 80 }), unicodeString()])(
  'takes nothing of what the network sent for Markdown or HTML',
  (ids, message) => {
    const history = remember(NO_HISTORY, { count: ids.length, ids }, 0);
    const result: QuietResult = {
      outcome: 'failed-open',
      reason: 'unreachable',
      message,
      polls: 1,
      elapsedMs: 0,
    };
    const [heading, sentence, , table, ...rest] = stepSummary(endOf(result), [history], terms).split('\n\n');
    const inert = /^([\p{L}\p{N} ,;()…]|&#\d+;)*$/u;
    expect(heading).toBe('### 🟡 Quietgate: failed-open');
    expect(sentence).toMatch(inert);
    for (const row of table?.split('\n').slice(2) ?? []) {
      expect(/^\| <code>(.*)<\/code> \| 0s, in flight when last seen \|$/.exec(row)?.[1]).toMatch(inert);
    }
    expect(rest.at(-1)).toMatch(/^```mermaid\n%%.*\nxychart-beta\n[^`]*```\n$/);
  },
);

it('says of no cordon that it is up which has been released since', () => {
  const cordon = { holder: 'deploy-42', up: true, remainingMs: 60_000 } as const;
  const event = { poll: 1, elapsedMs: 0, nextInMs: 0 };
  const pageWith = (type: 'cordoned' | 'lifted') =>
    stepSummary(endOf({ ...green, cordon }, { seen: [{ cordonNews: { ...event, type } }] }), [], terms);
  expect(pageWith('cordoned')).toContain('cordon up&#58; ');
  expect(pageWith('lifted')).not.toContain('cordon up');
});

it('of a cancelled job says what it was waiting for, and for how long new runs were blocked', () => {
  const history = remember(NO_HISTORY, { count: 1, ids: ['t13'] }, 0);
  const lifted = { type: 'lifted', poll: 1, elapsedMs: 61_000, nextInMs: 0 } as const;
  const seen = [{ cordonedForMs: 60_000, cordonNews: lifted }];
  const page = stepSummary(
    { ended: [], status: 143, signal: 'SIGTERM', seen, elapsedMs: 61_000 },
    [history],
    terms,
  );
  expect(page).toMatch(
    /^### ⚪ Quietgate: cancelled\n\nstopped by SIGTERM after 1m 1s, without a green light\n\nNew runs were blocked for 1m&#46;\n\n/,
  );
  expect(page).toContain('| <code>t13</code> | 1m 1s, in flight when last seen |');
});

it('has a part for each of several servers', () => {
  const several = makePlan(
    new Map([
      ['url', ['https://a.example', 'https://b.example'].map((value) => ({ name: 'input url', value }))],
    ]),
    {},
  );
  const quiet: QuietResult = { outcome: 'quiet', polls: 1, elapsedMs: 1000, lastSeen: { count: 0, ids: [] } };
  const busy: QuietResult = {
    outcome: 'timed-out',
    polls: 1,
    elapsedMs: 2000,
    lastSeen: { count: 1, ids: ['x'] },
  };
  const ended = [quiet, busy].map((result) => ({ result, progress: NO_PROGRESS }));
  const page = stepSummary(
    endOf(quiet, { ended }),
    [NO_HISTORY, remember(NO_HISTORY, { count: 1, ids: ['x'] }, 0)],
    allTermsOf(several),
  );
  expect(page).toMatch(
    /^### 🟡 Quietgate: timed-out\n\ntimed&#45;out&#58; 1 of 2 servers \(waited 2s\); the deploy goes ahead\n/,
  );
  expect(page).toMatch(
    /\n#### https&#58;&#47;&#47;a&#46;example\n\n#### https&#58;&#47;&#47;b&#46;example\n\n\| waited for/,
  );
});

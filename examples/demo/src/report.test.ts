import { describe, expect, it } from 'vitest';
import type { Report } from './report.ts';
import { createReport } from './report.ts';
import type { Difference } from './verdict.ts';

const started = ['a', 'b', 'c'].map((id) => ({ id, name: id }));
const creating = (...names: string[]) =>
  names.map((name) => ({ phase: 'tofu-apply', message: `${name}: Creating...` }));

function linesOf(use: (report: Report) => void): string[] {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  use(
    createReport(
      write,
      (_, text) => text,
      () => 0,
    ),
  );
  return lines;
}

it('sums up all deploys, side by side', () => {
  const result = { outcome: 'quiet' as const, polls: 9, elapsedMs: 3900 };
  const ended = (id: string, status: string, time: string) => ({
    id,
    status,
    events: [...creating(`hcloud_network.${id}`), { phase: 'phase1', time }],
  });
  const without = {
    started,
    killedAt: 0,
    records: [
      { id: 'a', status: 'failed', events: creating('hcloud_network.a', 'hcloud_server.a') },
      { id: 'b', status: 'failed', events: creating('hcloud_network.b') },
      { id: 'c', status: 'ready', events: creating('hcloud_network.c') },
    ],
  };
  const withGate = {
    started,
    killedAt: 0,
    toldAt: 0,
    endedAt: Date.parse('2026-05-17T13:00:02.040Z'),
    records: [ended('a', 'ready', '2026-05-17T13:00:02Z'), ended('b', 'ready', '2026-05-17T13:00:01Z')],
    told: [],
    result,
  };
  const lateRun = { ...without, result: { ...result, elapsedMs: 0 } };
  const cordoned = { ...withGate, answeredAt: 0, first: { name: 'd', id: 'd' } };
  const lines = linesOf((report) => {
    report.summary({ without, withGate, lateRun, cordoned });
  });
  expect(lines).toEqual([
    '',
    'SIDE BY SIDE                   no gate          gate      late run    and cordon',
    '  the deploy waited              0.0 s         3.9 s         0.0 s         3.9 s',
    '  runs killed                        2             0             2             0',
    '  runs ready                         1             2             1             2',
    '  resources orphaned                 3             0             3             0',
    "  The gate's green light came 0.0 s after the last run's end.",
  ]);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
});

describe('the verdict', () => {
  const verdict = (...differences: Difference[]) =>
    linesOf((report) => {
      report.verdict(differences);
    });

  it('blames the machine when all that differs came too late', () => {
    expect(verdict({ text: 'it was over', late: true })).toEqual([
      '',
      'This machine is too busy for the pace of the replay, so it shows nothing:',
      '  - it was over',
      'Try again when less runs beside it.',
    ]);
  });

  it('does not when something is wrong', () => {
    expect(verdict({ text: 'it was over', late: true }, { text: 'it is gone', late: false })).toEqual([
      '',
      'That is not what should have happened:',
      '  - it was over',
      '  - it is gone',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Report } from './report.ts';
import { createReport } from './report.ts';
import type { Difference, Gated, Ungated } from './verdict.ts';

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

it('sums up both deploys, side by side', () => {
  const without: Ungated = {
    started,
    killedAt: 0,
    records: [
      { id: 'a', status: 'failed', events: creating('hcloud_network.a', 'hcloud_server.a') },
      { id: 'b', status: 'failed', events: creating('hcloud_network.b') },
      { id: 'c', status: 'ready', events: creating('hcloud_network.c') },
    ],
  };
  const withGate: Gated = {
    started,
    killedAt: 0,
    toldAt: 0,
    endedAt: 0,
    records: [
      { id: 'a', status: 'failed', events: creating('hcloud_network.a') },
      { id: 'b', status: 'ready', events: creating('hcloud_network.b') },
      { id: 'c', status: 'ready', events: creating('hcloud_network.c') },
    ],
    told: [],
    result: { outcome: 'quiet', polls: 9, elapsedMs: 3900 },
  };
  expect(
    linesOf((report) => {
      report.summary(without, withGate);
    }),
  ).toEqual([
    '',
    'SIDE BY SIDE             without the gate   with the gate',
    '  the deploy waited                 0.0 s           3.9 s',
    '  runs killed                           2               1',
    '  runs ready                            1               2',
    '  resources orphaned                    3               1',
  ]);
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

it('says how soon after the last run the green light came', () => {
  const ended = (id: string, time: string) => ({ id, status: 'ready', events: [{ phase: 'phase1', time }] });
  const without: Ungated = { started, killedAt: 0, records: [] };
  const withGate: Gated = {
    started,
    killedAt: 0,
    toldAt: 0,
    endedAt: Date.parse('2026-05-17T13:00:02.040Z'),
    records: [ended('a', '2026-05-17T13:00:02Z'), ended('b', '2026-05-17T13:00:01Z')],
    told: [],
    result: { outcome: 'quiet', polls: 9, elapsedMs: 3900 },
  };
  const summary = (records: Gated['records']) =>
    linesOf((report) => {
      report.summary(without, { ...withGate, records });
    });
  const line = "  The green light came 0.0 s after the last run's end.";
  expect(summary(withGate.records).at(-1)).toBe(line);
  expect(summary([...withGate.records, { id: 'c', status: 'failed' }])).not.toContain(line);
});

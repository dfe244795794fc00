import { describe, expect, it } from 'vitest';
import type { Deployed } from './deploys.ts';
import { results, verdict } from './report.ts';
import type { Difference } from './verdict.ts';

const plain = (_: string, text: string) => text;
const creating = (...names: string[]) =>
  names.map((name) => ({ phase: 'tofu-apply', message: `${name}: Creating...` }));
const at = (ms: number) => new Date(ms).toISOString();
const runs = ['t13', 't17'].map((name) => ({ name, id: name }));

const without: Deployed = {
  startedAt: 0,
  runs,
  rolledAt: 1000,
  records: [
    {
      id: 't13',
      status: 'failed',
      startedAt: at(0),
      events: creating('hcloud_network.t13', 'hcloud_server.t13'),
    },
    { id: 't17', status: 'failed', startedAt: at(0), events: creating('hcloud_network.t17') },
  ],
};
const held: Deployed = {
  ...without,
  records: runs.map(({ id }) => ({
    id,
    status: 'ready',
    startedAt: at(0),
    events: [...creating(`hcloud_network.${id}`), { phase: 'phase1', time: at(900) }],
  })),
  gate: {
    result: { outcome: 'quiet', polls: 9, elapsedMs: 3900 },
    askedAt: 100,
    greenAt: 900,
    cordonedUntil: 1300,
    counts: [],
    late: { name: 't23', id: 'gone', refusals: 1 },
  },
};

it('begins with the table, then shows the deploys over time, then what each of them said', () => {
  const lines = results(
    {
      deploys: new Map([
        ['no gate', without],
        ['gate, held to the end', held],
      ]),
      logs: new Map([['no gate', ['   0.0 s  the change is pushed']]]),
    },
    plain,
  );
  expect(lines.slice(0, 4)).toEqual([
    '',
    '                              runs killed      orphans       waited  refused for',
    'no gate                                 2            3        0.0 s        0.0 s',
    'gate, held to the end                   0            0        3.9 s        1.2 s',
  ]);
  expect(lines.slice(-10)).toEqual([
    '',
    'NO GATE',
    '   0.0 s  the change is pushed',
    '          t13  failed, orphans: network, server',
    '          t17  failed, orphans: network',
    '',
    'GATE, HELD TO THE END',
    '          t13  ready',
    '          t17  ready',
    '          t23  gone',
  ]);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
});

describe('the verdict', () => {
  const said = (...differences: Difference[]) => verdict(differences, plain);

  it('says what was shown', () => {
    expect(said()).toEqual([
      '',
      'The records on disk agree: only the gate that is held to the end loses no run.',
    ]);
  });

  it('blames the machine when all that differs came too late', () => {
    expect(said({ text: 'it was over', late: true })).toEqual([
      '',
      'This machine is too busy for the pace of the replay, so it shows nothing:',
      '  - it was over',
      'Try again when less runs beside it.',
    ]);
  });

  it('does not when something is wrong', () => {
    expect(said({ text: 'it was over', late: true }, { text: 'it is gone', late: false })).toEqual([
      '',
      'That is not what should have happened:',
      '  - it was over',
      '  - it is gone',
    ]);
  });
});

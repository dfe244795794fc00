import { expect, it } from 'vitest';
import { createReport } from './report.ts';
import type { Gated, Ungated } from './verdict.ts';

const creating = (...names: string[]) =>
  names.map((name) => ({ phase: 'tofu-apply', message: `${name}: Creating...` }));

it('sums up both deploys, side by side', () => {
  const without: Ungated = {
    started: ['a', 'b', 'c'],
    records: [
      { id: 'a', status: 'failed', events: creating('hcloud_network.a', 'hcloud_server.a') },
      { id: 'b', status: 'failed', events: creating('hcloud_network.b') },
      { id: 'c', status: 'ready', events: creating('hcloud_network.c') },
    ],
  };
  const withGate: Gated = {
    started: ['a', 'b', 'c'],
    records: [
      { id: 'a', status: 'failed', events: creating('hcloud_network.a') },
      { id: 'b', status: 'ready', events: creating('hcloud_network.b') },
      { id: 'c', status: 'ready', events: creating('hcloud_network.c') },
    ],
    told: [],
    result: { outcome: 'quiet', polls: 9, elapsedMs: 3900 },
  };
  const lines: string[] = [];
  const report = createReport(
    (line) => lines.push(line),
    (_, text) => text,
    () => 0,
  );
  report.summary(without, withGate);
  expect(lines).toEqual([
    '',
    'SIDE BY SIDE             without the gate   with the gate',
    '  the deploy waited                 0.0 s           3.9 s',
    '  runs killed                           2               1',
    '  runs ready                            1               2',
    '  resources orphaned                    3               1',
  ]);
});

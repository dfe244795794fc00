import { resourcesOf } from '@quietgate/example-node-http/provisioning-run';
import type { Deployed, DeployName } from './deploys.ts';
import type { Paint } from './paint.ts';
import type { Replay } from './replay.ts';
import { drawTimeline } from './timeline.ts';
import type { Difference } from './verdict.ts';
import { wrap } from './wrap.ts';

const NAME_COLUMNS = 28;
const TIMELINE_COLUMNS = 52;

/** What the replay begins with: lines of at most 80 columns, as all others, that read as well without colour. */
export function opening(paint: Paint): string[] {
  return [
    paint('bold', 'The incident of 2026-05-17, replayed in real processes, minutes as seconds:'),
    'four deploys side by side, each with three runs in progress, and one that is',
    'wanted between the push and the rollout. The lease by guess is one of 2 s.',
  ];
}

/** What came of the deploys: the table, the same over time, and what each of them said. */
export function results({ deploys, logs }: Replay, paint: Paint): string[] {
  return [
    '',
    ...tableOf(deploys, paint),
    '',
    paint('bold', 'Runs in progress that a restart would destroy; G: green light, R: rollout'),
    ...drawTimeline(deploys, NAME_COLUMNS, TIMELINE_COLUMNS),
    ...[...deploys].flatMap(([name, deploy]) => [
      '',
      paint('bold', name.toUpperCase()),
      ...(logs.get(name) ?? []),
      ...fatesOf(deploy, paint),
    ]),
  ];
}

/** Whether it is what was claimed. */
export function verdict(found: readonly Difference[], paint: Paint): string[] {
  if (found.length === 0) {
    return [
      '',
      paint('green', 'The records on disk agree: only the gate that is held to the end loses no run.'),
    ];
  }
  const tooBusy = found.every(({ late }) => late);
  const title = tooBusy
    ? 'This machine is too busy for the pace of the replay, so it shows nothing:'
    : 'That is not what should have happened:';
  return [
    '',
    paint('red', title),
    ...found.map(({ text }) => `  - ${wrap(text, 76).replaceAll('\n', '\n    ')}`),
    ...(tooBusy ? ['Try again when less runs beside it.'] : []),
  ];
}

function tableOf(deploys: ReadonlyMap<DeployName, Deployed>, paint: Paint): string[] {
  const row = (name: string, cells: readonly (string | number)[]) =>
    name.padEnd(NAME_COLUMNS) + cells.map((cell) => String(cell).padStart(13)).join('');
  return [
    paint('bold', row('', ['runs killed', 'orphans', 'waited', 'refused for'])),
    ...[...deploys].map(([name, deploy]) => {
      const { records, gate } = deploy;
      const killed = records.filter(({ status }) => status === 'failed');
      const orphans = killed.flatMap(resourcesOf).length;
      const refusedMs = gate?.cordonedUntil === undefined ? 0 : gate.cordonedUntil - gate.askedAt;
      const waited = seconds(gate?.result.elapsedMs ?? 0);
      return row(name, [killed.length, orphans, waited, seconds(refusedMs)]);
    }),
  ];
}

function fatesOf({ runs, gate, records }: Deployed, paint: Paint): string[] {
  return [...runs, ...(gate === undefined ? [] : [gate.late])].map(({ name, id }) => {
    const record = records.find((candidate) => candidate.id === id);
    if (record?.status !== 'failed') return `          ${name}  ${paint('green', record?.status ?? 'gone')}`;
    const orphans = resourcesOf(record).map((resource) => resource.replace(/^hcloud_|\..*$/g, ''));
    return `          ${name}  ${paint('red', 'failed')}, orphans: ${orphans.join(', ')}`;
  });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

import type { InFlightCount, QuietResult } from '@quietgate/core';
import type { DeploymentRecord } from '@quietgate/example-node-http/deployment-store';
import { phase0EndedAt, resourcesOf } from '@quietgate/example-node-http/provisioning-run';
import type { ServerProcess } from '@quietgate/example-node-http/server-process';
import type { Sample } from './chart.ts';
import { drawChart } from './chart.ts';
import type { Paint } from './paint.ts';
import type { Refusal, Run } from './runs.ts';
import type { Deploys, Difference, Ungated } from './verdict.ts';
import { wrap } from './wrap.ts';

/** Says what happens, in lines of at most 80 columns that read as well without colour. */
export type Report = ReturnType<typeof createReport>;

const CHART_COLUMNS = 64;
const INDENT = ' '.repeat(10);

/**
 * Makes the report.
 *
 * @param write takes one line at a time
 * @param now milliseconds since the replay began
 */
export function createReport(write: (line: string) => void, paint: Paint, now: () => number) {
  const at = (text: string) => {
    write(`${seconds(now()).padStart(8)}  ${text}`);
  };

  return {
    opening() {
      write(paint('bold', 'The incident of 2026-05-17, replayed in real processes, minutes as seconds'));
    },

    act(title: string, about: string) {
      write('');
      write(`${paint('bold', title.toUpperCase())}: ${about}`);
    },

    serverUp({ pid }: ServerProcess) {
      at(`catalyst-api is up, pid ${pid}`);
    },

    runBegins({ name, id }: Run) {
      at(`${name} begins to provision: ${id}`);
    },

    deployBegins({ pid }: ServerProcess) {
      at(`the image is bumped, Flux rolls the Pod: SIGTERM to pid ${pid}`);
    },

    asking(maxWaitMs: number) {
      at(`the deploy job asks first, for ${seconds(maxWaitMs)} at most (in real life 30 min)`);
    },

    told({ count, ids }: InFlightCount, runs: readonly Run[], elapsedMs: number, maxWaitMs: number) {
      const text = `waited ${seconds(elapsedMs)} of ${seconds(maxWaitMs)}: ${count} in flight`;
      const names = ids.map((id) => runs.find((run) => run.id === id)?.name ?? id).sort();
      write(INDENT + [paint(count === 0 ? 'green' : 'yellow', text), ...names].join('  '));
    },

    gateEnded({ outcome, polls, cordon }: QuietResult) {
      const held = cordon?.up === true ? `, and no new runs for ${seconds(cordon.remainingMs)}` : '';
      at(
        outcome === 'quiet'
          ? paint('green', `green light after ${polls} ${polls === 1 ? 'poll' : 'polls'}${held}`)
          : paint('red', `the gate ended ${outcome}`),
      );
    },

    answered(name: string, answer: Run | Refusal) {
      if ('id' in answer) at(`${name} begins: ${answer.id}`);
      else {
        const { status, holders, retryAfterMs } = answer;
        const who = holders.join(', ');
        at(
          paint(
            'yellow',
            `${name} is refused, ${status}: ${who} deploys, try again in ${seconds(retryAfterMs)}`,
          ),
        );
      }
    },

    fates(runs: readonly Run[], before: readonly DeploymentRecord[], after: readonly DeploymentRecord[]) {
      for (const { name, id } of runs) {
        const from = before.find((record) => record.id === id)?.status ?? 'gone';
        const record = after.find((candidate) => candidate.id === id);
        const to = record?.status ?? 'gone';
        const painted = paint(to === 'ready' ? 'green' : 'red', to);
        write(`${INDENT}${name}  ${from === to ? painted : `${from.padEnd(18)} -> ${painted}`}`);
        if (to === 'failed' && record) {
          const orphans = resourcesOf(record).map((resource) => resource.replace(`.${name}`, ''));
          write(`${INDENT}     orphans: ${orphans.join(', ')}`);
        }
      }
    },

    summary({ without, withGate, lateRun, cordoned }: Deploys) {
      write('');
      const row = (cells: readonly (string | number)[], pad = 14) =>
        cells.map((cell) => String(cell).padStart(pad)).join('');
      write(
        paint('bold', `${'SIDE BY SIDE'.padEnd(24)}${row(['no gate', 'gate', 'late run', 'and cordon'])}`),
      );
      const deploys = [without, withGate, lateRun, cordoned];
      const waits = [0, ...[withGate, lateRun, cordoned].map(({ result }) => result.elapsedMs)];
      const rows: [string, (string | number)[]][] = [
        ['the deploy waited', waits.map(seconds)],
        ['runs killed', deploys.map((deploy) => countOf(deploy, 'failed'))],
        ['runs ready', deploys.map((deploy) => countOf(deploy, 'ready'))],
        ['resources orphaned', deploys.map(orphansOf)],
      ];
      for (const [label, cells] of rows) write(`  ${label.padEnd(22)}${row(cells)}`);
      const ends = withGate.records.map((record) => phase0EndedAt(record) ?? Infinity);
      const afterMs = withGate.endedAt - Math.max(...ends);
      if (afterMs >= 0) write(`  The gate's green light came ${seconds(afterMs)} after the last run's end.`);
    },

    chart(samples: readonly Sample[], { outcome, elapsedMs }: QuietResult) {
      write('');
      write(paint('bold', 'IN FLIGHT, AS THE DEPLOY JOB WAS TOLD'));
      for (const line of drawChart(samples, CHART_COLUMNS)) write(`  ${line}`);
      const end = `${outcome === 'quiet' ? 'green light' : outcome} after ${seconds(elapsedMs)}, restart`;
      write(`    asked${end.padStart(CHART_COLUMNS - 'asked'.length + 1)}`);
    },

    verdict(differences: readonly Difference[]) {
      write('');
      if (differences.length === 0) {
        write(
          paint('green', 'A run that comes late is lost with the gate alone, and ready with the cordon.'),
        );
        write(paint('green', 'The records on disk agree: three runs lost without the gate, none with it.'));
        return;
      }
      const tooBusy = differences.every(({ late }) => late);
      const title = tooBusy
        ? 'This machine is too busy for the pace of the replay, so it shows nothing:'
        : 'That is not what should have happened:';
      write(paint('red', title));
      for (const { text } of differences) write(`  - ${wrap(text, 76).replaceAll('\n', '\n    ')}`);
      if (tooBusy) write('Try again when less runs beside it.');
    },
  };
}

function countOf({ records }: Ungated, status: string): number {
  return records.filter((record) => record.status === status).length;
}

function orphansOf({ records }: Ungated): number {
  return records.filter(({ status }) => status === 'failed').flatMap(resourcesOf).length;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

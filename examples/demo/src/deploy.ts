import type { Report } from './report.ts';
import type { Run } from './runs.ts';
import { readRecords, startRuns, untilOver } from './runs.ts';
import type { Stage } from './stage.ts';
import type { Ungated } from './verdict.ts';

/** Says that the server is up, and starts the three runs. */
export async function begin(stage: Stage, report: Report, signal: AbortSignal): Promise<Run[]> {
  report.serverUp(stage.server);
  return startRuns(
    stage,
    (run) => {
      report.runBegins(run);
    },
    signal,
  );
}

/** Rolls the Pod, and says what became of the runs, once they are over or as the new Pod finds them. */
export async function deploy(
  stage: Stage,
  report: Report,
  runs: readonly Run[],
  readAfter: 'when over' | 'at once',
  signal: AbortSignal,
): Promise<Ungated> {
  const before = await readRecords(stage.directory);
  const killedAt = await roll(stage, report);
  const records =
    readAfter === 'at once' ? await readRecords(stage.directory) : await untilOver(stage.directory, signal);
  report.fates(runs, before, records);
  return { started: runs, killedAt, records };
}

/** Rolls the Pod; returns when the old one had ended, by the wall clock. */
export async function roll(stage: Stage, report: Report): Promise<number> {
  report.deployBegins(stage.server);
  const killedAt = await stage.redeploy();
  report.serverUp(stage.server);
  return killedAt;
}

import { deployAtOnce, deployUnderCordon, deployWhenQuiet, deployWithLateRun } from './acts.ts';
import type { Report } from './report.ts';
import type { Stage } from './stage.ts';
import { onStage } from './stage.ts';
import type { Difference } from './verdict.ts';
import { differences } from './verdict.ts';

/** A step of a run takes this long: minutes, in real life. */
const STEP_MS = 1300;

/**
 * Replays the incident without the gate, then with it, then with a run that comes late: without the cordon, and with it.
 *
 * @param entry the path of the server's source
 * @param report is called with what happens while it does
 * @returns in what the replay differed from what it claims; nothing, if all of it happened
 */
export async function replay(entry: string, report: Report, signal: AbortSignal): Promise<Difference[]> {
  const play = <T>(act: (stage: Stage, report: Report, signal: AbortSignal) => Promise<T>) =>
    onStage(entry, STEP_MS, signal, (stage) => act(stage, report, signal));

  report.opening();
  report.act('Without the gate', 'the deploy rolls the Pod, whatever is in flight');
  const without = await play(deployAtOnce);
  report.act('With the gate', 'the deploy waits until a restart destroys nothing');
  const withGate = await play(deployWhenQuiet);
  report.act('A late run', 'it starts between the green light and the rollout');
  const lateRun = await play(deployWithLateRun);
  report.act('A late run, and the cordon', 'no run starts before the rollout');
  const cordoned = await play(deployUnderCordon);

  const deploys = { without, withGate, lateRun, cordoned };
  report.summary(deploys);
  report.chart(withGate.samples, withGate.result);
  const found = differences(deploys);
  report.verdict(found);
  return found;
}

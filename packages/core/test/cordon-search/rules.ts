import { liftLease, raiseLease, remainingMs } from '../../src/cordon/cordon-rules.ts';
import { decideOnLease } from '../../src/gate/decide-on-lease.ts';
import { decideOnPoll } from '../../src/gate/decide-on-poll.ts';
import { nextQuestion } from '../../src/gate/next-question.ts';
import type { Deploy, Runs } from './world.ts';

/** All that decides in the model. A planted fault replaces one of them. */
export interface Rules {
  readonly raiseLease: typeof raiseLease;
  readonly liftLease: typeof liftLease;
  readonly remainingMs: typeof remainingMs;
  readonly nextQuestion: typeof nextQuestion;
  readonly decideOnPoll: typeof decideOnPoll;
  readonly decideOnLease: typeof decideOnLease;
  /** What becomes of the runs in one turn of the server in which a run asks to start; `endsBy` is when it ends at the latest. */
  readonly startRun: (runs: Runs, isCordonUp: boolean, endsBy: number) => Runs;
  /** Whether a job that waits for its rollout lifts its lease now. */
  readonly mayLift: (deploy: Deploy) => boolean;
}

/** The product's own functions; and what its documents ask of the server's start of a run, and of the deploy job. */
export const PRODUCT: Rules = {
  raiseLease,
  liftLease,
  remainingMs,
  nextQuestion,
  decideOnPoll,
  decideOnLease,
  startRun: (runs, isCordonUp, endsBy) =>
    isCordonUp || runs.unstarted === 0
      ? runs
      : { ...runs, unstarted: runs.unstarted - 1, running: [...runs.running, endsBy] },
  mayLift: ({ phase }) => phase === 'rolled',
};

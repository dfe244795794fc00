import { createDoor } from '../drain/create-door.ts';
import { type DrainResult, untilQuiet } from '../drain/until-quiet.ts';
import { markAllInFlight } from '../in-flight/all-in-flight.ts';
import { tally } from '../in-flight/tally.ts';
import { checkDuration } from '../options/check-duration.ts';
import { checkFunction, checkSignal } from '../options/check-kind.ts';
import { checkOptions } from '../options/check-options.ts';
import { systemClock } from '../wait/clock.ts';
import { checkRunId } from './check-run-id.ts';
import { createCordon } from './create-cordon.ts';
import { createSubscriptions } from './create-subscriptions.ts';
import type { DrainOptions, ListedRun, MemoryRuns, Run, RunsOptions } from './runs.ts';

/**
 * Makes the object in which a server of one process keeps what a restart would destroy: its runs, the cordon that deploy jobs
 * raise, and the drain. A run is counted from the call of `begin`, with no `await` in between, so that what takes long, such as
 * an insert, comes after it.
 *
 * For replicas there is `createPostgresRuns` in `@quietgate/postgres`; a server with records of its own can keep the parts
 * instead: `createInFlightIndex`, `createCordon` and `createDrain`.
 *
 * @throws TypeError when an option is of the wrong kind, or its name is unknown
 * @throws RangeError when a duration is out of its range
 *
 * @example
 * const runs = createRuns();
 * app.use(serveRuns({ runs, cordonToken: process.env.CORDON_TOKEN }));
 * app.post('/provision/:id', async (request, response) => {
 *   // While a deploy is under way this throws a RunRefused, which Express answers as 503 with Retry-After.
 *   await runs.during(request.params.id, () => provision(request.params.id));
 *   response.sendStatus(204);
 * });
 *
 * process.once('SIGTERM', async () => {
 *   await runs.drain({ maxWaitMs: 25 * 60_000 });
 *   server.close();
 * });
 */
export function createRuns(options: RunsOptions = {}): MemoryRuns {
  const cordon = createCordon(options);
  const { clock = systemClock } = options;
  const { admit, shut, closing } = createDoor();
  const { subscribe, notify } = createSubscriptions();
  const inFlight = new Set<ListedRun>();
  let drained: Promise<DrainResult> | undefined;

  const start = (id: string): Run => {
    const listed = Object.freeze({ id });
    inFlight.add(listed);
    notify();
    const end = () => {
      if (inFlight.delete(listed)) notify();
    };
    return { id, end, [Symbol.dispose]: end };
  };

  const begin = (id: string) => {
    checkRunId(id);
    return admit(() => cordon.admit(() => start(id)));
  };

  return {
    begin,
    async during(id, work) {
      checkFunction('work', work);
      const run = begin(id);
      try {
        return await work(run);
      } finally {
        run.end();
      }
    },
    list: () => markAllInFlight([...inFlight]),
    get size() {
      return inFlight.size;
    },
    subscribe,
    cordon,
    drain(given) {
      if (drained !== undefined) return drained;
      try {
        checkDrainOptions(given);
      } catch (error) {
        return Promise.reject(error);
      }
      shut();
      const { maxWaitMs, signal } = given;
      const counted = { countNow: () => tally(inFlight, () => true), subscribe };
      return (drained ??= untilQuiet(counted, { maxWaitMs, signal, clock }));
    },
    closing,
  };
}

function checkDrainOptions(options: DrainOptions): void {
  checkOptions('options', options, 'an object with maxWaitMs', ['maxWaitMs', 'signal']);
  checkDuration('maxWaitMs', options.maxWaitMs, 1);
  checkSignal('signal', options.signal);
}

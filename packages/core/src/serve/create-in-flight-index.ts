import type { Deployment, DeploymentClass } from '../deployment.ts';
import { checked, checkText } from '../in-flight/check-record.ts';
import { classifyByStatus } from '../in-flight/classify-deployment.ts';
import type { ClassifiedByStatus } from '../in-flight/classified-by-status.ts';
import type { InFlightIndex } from '../in-flight/in-flight-index.ts';
import { markAllInFlight } from '../in-flight/all-in-flight.ts';
import { checkFunction } from '../options/check-kind.ts';
import { checkOptions } from '../options/check-options.ts';
import { createSubscriptions } from './create-subscriptions.ts';
import { createUnknownReport, describeUnknown } from './report-unknown.ts';

/** Options of `createInFlightIndex`. */
export interface CreateInFlightIndexOptions<D> {
  /** Classifies one record. @default classifyDeployment, which reads `status` and `adoptedAt` */
  readonly classify?: ((deployment: D) => DeploymentClass) | undefined;
  /**
   * Called with the first record of each status that is of class `unknown`, since the index drops it, and no endpoint hears
   * of it; of a hundred statuses at most. What it throws is ignored. @default console.warn
   */
  readonly onUnknown?: ((deployment: D) => void) | undefined;
}

/**
 * Makes an index of the records in flight, so that a count costs what is in flight and not what is stored, and a held
 * request is answered the moment a run ends.
 *
 * It is for the one process that makes all the changes itself: fill it from the store at the start, and call `set` and
 * `delete` with every change. An index that is fed by messages from other replicas may lag behind the store.
 *
 * @throws TypeError when an option is of the wrong kind, or its name is unknown
 *
 * @example
 * const index = createInFlightIndex<Deployment>();
 * for (const deployment of await store.list()) index.set(deployment);
 * const endpoint = inFlightCount({ listDeployments: () => index, subscribe: index.subscribe });
 */
export function createInFlightIndex<D extends ClassifiedByStatus<D> = Deployment>(
  options?: CreateInFlightIndexOptions<D>,
): InFlightIndex<D>;
export function createInFlightIndex<D extends { readonly id: string }>(
  options: CreateInFlightIndexOptions<D> & { readonly classify: (deployment: D) => DeploymentClass },
): InFlightIndex<D>;
export function createInFlightIndex<D extends { readonly id: string }>(
  options: CreateInFlightIndexOptions<D> = {},
): InFlightIndex<D> {
  const { classify, onUnknown } = resolveOptions(options);
  const reportUnknown = createUnknownReport<D>();
  const inFlight = new Map<string, D>();
  const { subscribe, notify } = createSubscriptions();

  const remove = (id: string) => {
    if (inFlight.delete(id)) notify();
  };

  return markAllInFlight<InFlightIndex<D>>({
    set(deployment) {
      const { id } = deployment;
      checkText('id', id);
      const found = classify(deployment);
      if (found === 'unknown') reportUnknown(deployment, onUnknown);
      if (found !== 'phase-0') {
        remove(id);
        return;
      }
      const { size } = inFlight;
      inFlight.set(id, deployment);
      if (inFlight.size > size) notify();
    },
    delete: remove,
    get size() {
      return inFlight.size;
    },
    subscribe,
    [Symbol.iterator]: () => inFlight.values(),
  });
}

function resolveOptions<D extends { readonly id: string }>(
  options: CreateInFlightIndexOptions<D>,
): { readonly classify: (deployment: D) => DeploymentClass; readonly onUnknown: (deployment: D) => void } {
  checkOptions('options', options, 'an object', ['classify', 'onUnknown']);
  const { classify = classifyByStatus, onUnknown = warn } = options;
  checkFunction('classify', classify);
  checkFunction('onUnknown', onUnknown);
  return { classify: checked(classify), onUnknown };
}

function warn(deployment: { readonly id: string }): void {
  console.warn(describeUnknown(deployment));
}

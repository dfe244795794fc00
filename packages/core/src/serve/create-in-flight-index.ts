import type { Deployment, DeploymentClass } from '../deployment.ts';
import { checked, checkId } from '../in-flight/check-record.ts';
import { classifyByStatus } from '../in-flight/classify-deployment.ts';
import { ALL_IN_FLIGHT } from '../in-flight/tally-in-flight.ts';
import { notifyListener } from '../notify-listener.ts';
import { checkKind, isFunction, isObject } from '../options/check-kind.ts';
import { checkOptionNames } from '../options/check-option-names.ts';
import { createUnknownReport, describeUnknown } from './report-unknown.ts';

/**
 * The records in flight, kept as they change: what `listDeployments` may return as it is. An endpoint without a `classify` of
 * its own counts all of them, since that of the index has said so already; `countInFlight` wants the same one once more.
 */
export interface InFlightIndex<D> extends Iterable<D> {
  /**
   * Takes a new record, or a new version of one. The record is kept while it is in flight, so hand over another version
   * instead of changing it. What `classify` throws is passed on, and then nothing has changed.
   *
   * @throws TypeError when the record has no string `id`, or `classify` returns no class
   */
  set(deployment: D): void;
  /** Forgets a record. Without one of that id it does nothing. */
  delete(id: string): void;
  /** How many records are in flight. */
  readonly size: number;
  /**
   * Calls `onChange` after each change of what is in flight: when a record has come to be, or has ceased to be. What it
   * throws is ignored. Works unbound.
   *
   * @returns a function that ends the subscription
   */
  readonly subscribe: (onChange: () => void) => () => void;
}

/** Options of `createInFlightIndex`. */
export interface InFlightIndexOptions<D> {
  /** Classifies one record. @default classifyDeployment, which reads `status` and `adoptedAt` */
  readonly classify?: ((deployment: D) => DeploymentClass) | undefined;
  /**
   * Told of the first record of each status that is of class `unknown`, since the index drops it, and no endpoint hears
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
 * @throws TypeError when an option is of the wrong kind, or its name is none
 *
 * @example
 * const index = createInFlightIndex<Deployment>();
 * for (const deployment of await store.list()) index.set(deployment);
 * const endpoint = inFlightCount({ listDeployments: () => index, subscribe: index.subscribe });
 */
export function createInFlightIndex<D extends { readonly id: string; readonly status: string } = Deployment>(
  options?: InFlightIndexOptions<D>,
): InFlightIndex<D>;
export function createInFlightIndex<D extends { readonly id: string }>(
  options: InFlightIndexOptions<D> & { readonly classify: (deployment: D) => DeploymentClass },
): InFlightIndex<D>;
export function createInFlightIndex<D extends { readonly id: string }>(
  options: InFlightIndexOptions<D> = {},
): InFlightIndex<D> {
  const { classify, onUnknown } = resolveOptions(options);
  const reportUnknown = createUnknownReport<D>();
  const inFlight = new Map<string, D>();
  const subscriptions = new Set<{ readonly onChange: () => void }>();

  const notifySubscribers = () => {
    for (const subscription of [...subscriptions]) {
      // One that was called before it may have ended it.
      if (subscriptions.has(subscription)) notifyListener(subscription.onChange);
    }
  };

  const remove = (id: string) => {
    if (inFlight.delete(id)) notifySubscribers();
  };

  const index: InFlightIndex<D> = {
    set(deployment) {
      const { id } = deployment;
      checkId(id);
      const found = classify(deployment);
      if (found === 'unknown') reportUnknown(deployment, onUnknown);
      if (found !== 'phase-0') {
        remove(id);
        return;
      }
      const { size } = inFlight;
      inFlight.set(id, deployment);
      if (inFlight.size > size) notifySubscribers();
    },
    delete: remove,
    get size() {
      return inFlight.size;
    },
    subscribe(onChange) {
      checkKind('onChange', onChange, isFunction, 'a function');
      const subscription = { onChange };
      subscriptions.add(subscription);
      return () => {
        subscriptions.delete(subscription);
      };
    },
    [Symbol.iterator]: () => inFlight.values(),
  };
  return Object.defineProperty(index, ALL_IN_FLIGHT, { value: true });
}

function resolveOptions<D extends { readonly id: string }>(
  options: InFlightIndexOptions<D>,
): { readonly classify: (deployment: D) => DeploymentClass; readonly onUnknown: (deployment: D) => void } {
  checkKind('options', options, isObject, 'an object');
  checkOptionNames(options, ['classify', 'onUnknown']);
  const { classify = classifyByStatus, onUnknown = warn } = options;
  checkKind('classify', classify, isFunction, 'a function');
  checkKind('onUnknown', onUnknown, isFunction, 'a function');
  return { classify: checked(classify), onUnknown };
}

function warn(deployment: { readonly id: string }): void {
  console.warn(describeUnknown(deployment));
}

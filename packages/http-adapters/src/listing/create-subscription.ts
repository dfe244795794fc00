import { describeKind } from '@quietgate/core/internal';

/** Begins to call `onChange` whenever another count may be listed, and returns what ends that. */
export type Subscribe = (onChange: () => void) => () => void;

/** What hears of a subscription. `R` is a request. */
export interface SubscriptionListener<R> {
  readonly onChange: () => void;
  /** Called with what `subscribe`, or the end of a subscription, throws or rejects with. */
  readonly onFailure: (what: string, error: unknown, request: R) => void;
}

/** One subscription for several requests: it lasts from the first that joins to the last that leaves. */
export interface Subscription<R> {
  /** Returns what leaves again; a request whose signal aborts leaves by itself. */
  join(request: R, left: AbortSignal | undefined): () => void;
}

/** What has been subscribed; without an `end` it is for good. */
interface Subscribed<R> {
  readonly end?: (request: R) => void;
}

export function createSubscription<R>(
  subscribe: Subscribe | undefined,
  listener: SubscriptionListener<R>,
): Subscription<R> {
  const members = new Set<object>();
  let subscribed: Subscribed<R> | undefined;

  return {
    join(request, left) {
      const member = {};
      const leave = () => {
        left?.removeEventListener('abort', leave);
        if (!members.delete(member) || members.size > 0 || subscribed?.end === undefined) return;
        subscribed.end(request);
        subscribed = undefined;
      };
      left?.addEventListener('abort', leave);
      members.add(member);
      if (members.size === 1 && subscribe !== undefined) subscribed ??= begin(subscribe, listener, request);
      return leave;
    },
  };
}

/** @returns nothing where there is no subscription, so that the next request tries again */
function begin<R>(
  subscribe: Subscribe,
  { onChange, onFailure }: SubscriptionListener<R>,
  first: R,
): Subscribed<R> | undefined {
  let isOver = false;
  const reportFor = (request: R) => (error: unknown) => {
    onFailure('the subscription to changes failed', error, request);
  };
  try {
    const unsubscribe: unknown = subscribe(() => {
      if (!isOver) onChange();
    });
    // Past the types subscribe may be an async function.
    Promise.resolve(unsubscribe).catch(reportFor(first));
    if (!isFunction(unsubscribe)) {
      reportFor(first)(noFunction(unsubscribe));
      return {};
    }
    return {
      end(last) {
        isOver = true;
        // TypeScript treats an async function as one that returns nothing.
        const ending = async () => {
          await unsubscribe();
        };
        ending().catch(reportFor(last));
      },
    };
  } catch (error) {
    reportFor(first)(error);
    return undefined;
  }
}

function isFunction(value: unknown): value is () => unknown {
  return typeof value === 'function';
}

function noFunction(returned: unknown): TypeError {
  return new TypeError(
    `subscribe must return a function that ends the subscription, got ${describeKind(returned)}`,
  );
}

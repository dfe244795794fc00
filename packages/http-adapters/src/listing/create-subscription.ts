import { describeKind } from './describe-kind.ts';

/** Begins to call `onChange` whenever another count may be listed, and returns what ends that. */
export type Subscribe = (onChange: () => void) => () => void;

export interface SubscriptionOptions<C> {
  readonly subscribe: Subscribe | undefined;
  /** Called with what `subscribe`, or the end of a subscription, throws. */
  readonly onError: (error: unknown, context: C) => void;
}

/** One subscription for several members: it lasts from the first that joins to the last that leaves. */
export interface Subscription<C> {
  /** Returns what leaves again; a member whose signal aborts leaves by itself. */
  join(context: C, signal: AbortSignal | undefined): () => void;
}

export function createSubscription<C>(
  options: SubscriptionOptions<C>,
  onChange: () => void,
): Subscription<C> {
  const members = new Set<object>();
  let end: (context: C) => void = () => undefined;

  return {
    join(context, signal) {
      const member = {};
      const leave = () => {
        signal?.removeEventListener('abort', leave);
        if (members.delete(member) && members.size === 0) end(context);
      };
      signal?.addEventListener('abort', leave);
      members.add(member);
      if (members.size === 1) end = begin(options, onChange, context);
      return leave;
    },
  };
}

function begin<C>(
  { subscribe, onError }: SubscriptionOptions<C>,
  onChange: () => void,
  context: C,
): (context: C) => void {
  let isOver = false;
  let unsubscribe: () => void = () => undefined;
  try {
    if (subscribe !== undefined) {
      const notify = () => {
        if (!isOver) onChange();
      };
      unsubscribe = checkEnd(subscribe(notify));
    }
  } catch (error) {
    onError(error, context);
  }
  return (last) => {
    isOver = true;
    try {
      unsubscribe();
    } catch (error) {
      onError(error, last);
    }
  };
}

function checkEnd(end: unknown): () => void {
  if (typeof end === 'function') return end as () => void;
  throw new TypeError(
    `subscribe must return a function that ends the subscription, got ${describeKind(end)}`,
  );
}

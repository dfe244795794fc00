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
  let unsubscribe: () => unknown = () => undefined;
  const notify = () => {
    if (!isOver) onChange();
  };
  const report = (at: C) => (error: unknown) => {
    onError(error, at);
  };
  try {
    const end: unknown = subscribe?.(notify);
    // Past the types subscribe may be an async function.
    Promise.resolve(end).catch(report(context));
    if (subscribe !== undefined) unsubscribe = checkEnd(end);
  } catch (error) {
    onError(error, context);
  }
  return (last) => {
    isOver = true;
    // TypeScript takes an async function for one that returns nothing.
    const ending = async () => {
      await unsubscribe();
    };
    ending().catch(report(last));
  };
}

function checkEnd(end: unknown): () => unknown {
  if (typeof end === 'function') return end as () => unknown;
  throw new TypeError(
    `subscribe must return a function that ends the subscription, got ${describeKind(end)}`,
  );
}

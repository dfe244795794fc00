import { notifyListener } from '../notify-listener.ts';
import { checkFunction } from '../options/check-kind.ts';

/** Who is called at each change. */
export interface Subscriptions {
  /**
   * Adds a listener, until the function that is returned is called. The same function may be added more than once.
   *
   * @throws TypeError when the listener is no function
   */
  readonly subscribe: (onChange: () => void) => () => void;
  /** Calls each listener. What one throws, or rejects with, is ignored. */
  readonly notify: () => void;
  /** How many listeners there are. */
  readonly size: number;
}

/** Makes a set of listeners, which is empty. */
export function createSubscriptions(): Subscriptions {
  const subscriptions = new Set<{ readonly onChange: () => void }>();
  return {
    subscribe(onChange) {
      checkFunction('onChange', onChange);
      const subscription = { onChange };
      subscriptions.add(subscription);
      return () => {
        subscriptions.delete(subscription);
      };
    },
    notify() {
      for (const subscription of [...subscriptions]) {
        // One that was called before it may have ended it.
        if (subscriptions.has(subscription)) notifyListener(subscription.onChange);
      }
    },
    get size() {
      return subscriptions.size;
    },
  };
}

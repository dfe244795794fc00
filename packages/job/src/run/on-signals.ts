/** The statuses that a shell gives to a process that a signal ended. */
const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

/**
 * Ends the process when it is interrupted or terminated: after `stop` has had its last word, and what `last` does is done,
 * and otherwise at once.
 */
export function onSignals(stop: (why: string) => void, last?: () => Promise<void>): void {
  for (const [signal, status] of SIGNALS) {
    const end = () => {
      endBy(signal);
      process.exit(status);
    };
    process.once(signal, () => {
      stop(`stopped by ${signal}, without a green light`);
      if (last === undefined) end();
      else void last().finally(end);
    });
  }
}

/**
 * Lets the signal itself end the process, with the same status for a shell, while a name is being looked up: an exit waits
 * for the lookup, which may take the system ten seconds. (The first process of a container survives this, and exits.)
 */
function endBy(signal: NodeJS.Signals): void {
  if (!process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap')) return;
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

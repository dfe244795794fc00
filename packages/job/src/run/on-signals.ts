/** The statuses that a shell gives to a process that a signal ended. */
const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

/** Ends the process at once when it is interrupted or terminated, after `stop` has had its last word. */
export function onSignals(stop: (why: string) => void): void {
  for (const [signal, status] of SIGNALS) {
    process.once(signal, () => {
      stop(`stopped by ${signal}, without a green light`);
      endBy(signal);
      process.exit(status);
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

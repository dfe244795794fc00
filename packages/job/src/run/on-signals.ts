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
      process.exit(status);
    });
  }
}

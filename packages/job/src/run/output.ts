import { endOnSignals } from './signals.ts';

/** Keeps a process alive whose output nobody takes, as a reader that is gone or a full disk: the deploy still needs its gate. */
export function outliveReaders({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>): void {
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
}

/**
 * Ends the process, with its `exitCode`, once its output is written. A reader may take none of it, ever, so a signal ends it as
 * well.
 */
export async function exitWhenWritten(process: NodeJS.Process): Promise<never> {
  endOnSignals(process);
  await Promise.all([process.stdout, process.stderr].map(written));
  // Not left to the event loop, which a name that is still being looked up would hold.
  return process.exit();
}

function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve();
    });
  });
}

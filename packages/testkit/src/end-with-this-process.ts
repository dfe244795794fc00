import { type ChildProcess, spawn } from 'node:child_process';

/** Waits for the end of its input, which comes with the end of the process that holds the other end, however that ended. */
const WATCH = 'read -r _; kill -QUIT "$0"; rm -rf "$1" || { sleep 2; rm -rf "$1"; }';

/**
 * Has a server end, and the folder that it wrote to removed, when this process is killed and so cannot do it itself. Only
 * where there is a POSIX shell.
 */
export function endWithThisProcess(server: ChildProcess, folder: string): void {
  const watcher = spawn('sh', ['-c', WATCH, String(server.pid), folder], {
    detached: true, // what kills the whole group of this process spares it
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => undefined); // no shell
  watcher.unref();
  server.once('exit', () => watcher.kill());
}

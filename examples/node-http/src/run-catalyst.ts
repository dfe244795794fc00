import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countInFlight, IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import type { Catalyst } from './catalyst.ts';
import { createCatalyst } from './catalyst.ts';
import { readConfig } from './config.ts';

export type { Catalyst } from './catalyst.ts';

/** Where to listen. Port 0 takes any free one. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What an HTTP framework has to bring: serves the catalyst there, and resolves with the port once it listens. */
export type Listen = (catalyst: Catalyst, address: Address) => Promise<number>;

const SEED = fileURLToPath(new URL('../seed/', import.meta.url));

/**
 * Runs a catalyst-api in this process, configured by the environment, until a signal ends it: at once, without
 * waiting for anything. Ends the process with status 1 and a message when it cannot run.
 *
 * The port is taken before a record is touched, so that a second server started by mistake does the runs of the
 * first one no harm.
 */
export async function runCatalyst(listen: Listen): Promise<void> {
  try {
    const { host, port, dataDir, seed, stepMs } = readConfig(process.env);
    const directory = dataDir === undefined ? makeTemporaryDirectory() : resolve(dataDir);
    const catalyst = createCatalyst({ directory, seed: seed ? SEED : undefined, stepMs });
    const takenPort = await listen(catalyst, { host, port });
    await catalyst.open().catch((cause: unknown) => {
      throw new Error(`DATA_DIR ${directory} cannot be used: ${String(cause)}`, { cause });
    });
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${takenPort}`;
    console.log(`${await describeInFlight(catalyst)} in ${directory}`);
    console.log(`curl -s ${url}${IN_FLIGHT_COUNT_PATH}`);
    console.log(`listening on ${url}`);
  } catch (error) {
    console.error(explain(error));
    process.exit(1);
  }
}

async function describeInFlight(catalyst: Catalyst): Promise<string> {
  try {
    return `${countInFlight(await catalyst.inFlight()).count} in flight`;
  } catch (error) {
    return String(error);
  }
}

/** It goes with the process, as the `emptyDir` of a Pod does. */
function makeTemporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'catalyst-api-'));
  const remove = () => {
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      remove();
      process.kill(process.pid, signal);
    });
  }
  return directory;
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = '', syscall, port } = error as NodeJS.ErrnoException & { port?: number };
  const advice: Record<string, string> = {
    EADDRINUSE: `port ${port} is in use: stop what listens there, or set PORT to another (0 takes any free one)`,
    EACCES: `port ${port} is not for everyone: set PORT to one above 1023 (0 takes any free one)`,
    EADDRNOTAVAIL: `this machine has no such address: set HOST to one that it has (${error.message})`,
  };
  return (syscall === 'listen' ? advice[code] : undefined) ?? error.message;
}

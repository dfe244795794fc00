import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { countInFlight, IN_FLIGHT_COUNT_PATH } from '@quietgate/core';
import type { Catalyst } from './catalyst.ts';
import { createCatalyst } from './catalyst.ts';
import { readConfig } from './config.ts';

export type { Catalyst } from './catalyst.ts';

/** How to serve it. */
export interface Serving {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** What a deploy job shows to block new runs; without one, nobody can. */
  readonly cordonToken?: string;
  /** Aborts when the process is told to end: whoever is held by a long poll gets an answer first. */
  readonly closing: AbortSignal;
}

/** What an HTTP framework has to bring: serves the catalyst, and resolves with the server once it listens. */
export type Listen = (catalyst: Catalyst, serving: Serving) => Promise<Listening>;
interface Listening {
  address(): unknown;
  close(closed: () => void): unknown;
}

const SEED = fileURLToPath(new URL('../seed/', import.meta.url));

/** The longest that it waits for requests when it is told to end. */
const CLOSE_LIMIT_MS = 1000;

/**
 * Runs a catalyst-api in this process, configured by the environment, until a signal ends it: as soon as pending
 * requests are answered, without waiting for a run. Ends the process with status 1 and a message when it cannot run.
 *
 * The port is taken before a record is touched, so that a second server started by mistake does the runs of the
 * first one no harm.
 */
export async function runCatalyst(listen: Listen): Promise<void> {
  try {
    const { dataDir, seed, stepMs, ...address } = readConfig(process.env);
    // A temporary one goes with the process, as the `emptyDir` of a Pod does.
    const directory = dataDir === undefined ? mkdtempSync(join(tmpdir(), 'catalyst-api-')) : resolve(dataDir);
    const clearUp = () => {
      if (dataDir === undefined) rmSync(directory, { recursive: true, force: true });
    };
    process.once('exit', clearUp);
    const catalyst = createCatalyst({ directory, seed: seed ? SEED : undefined, stepMs });
    const closing = new AbortController();
    let server: Listening | undefined = undefined;
    beforeSignalEnds(async () => {
      closing.abort();
      const closed = server && new Promise<void>((resolve) => server?.close(resolve));
      await Promise.race([closed, sleep(CLOSE_LIMIT_MS)]);
      clearUp();
    });
    server = await listen(catalyst, { ...address, closing: closing.signal });
    await catalyst.open().catch((cause: unknown) => {
      throw new Error(`DATA_DIR ${directory} cannot be used: ${String(cause)}`, { cause });
    });
    const { host } = address;
    const { port } = server.address() as AddressInfo;
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    const { count } = countInFlight(await catalyst.counting.listDeployments());
    console.log(`${count} in flight in ${directory}`);
    console.log(`curl -s ${url}${IN_FLIGHT_COUNT_PATH}`);
    console.log(`listening on ${url}`);
  } catch (error) {
    console.error(explain(error));
    process.exit(1);
  }
}

/** Does what is to be done before a signal ends the process, which it then does as if nobody had listened to it. */
function beforeSignalEnds(work: () => Promise<void>): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void work().finally(() => process.kill(process.pid, signal));
    });
  }
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

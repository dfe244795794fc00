/** How the server runs. */
export interface Config {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Where the records are kept; absent for a temporary directory that goes when the server does. */
  readonly dataDir?: string;
  /** Whether an empty directory is filled with the seed records. */
  readonly seed: boolean;
  /** What a deploy job shows to block new runs; without one, nobody can. */
  readonly cordonToken?: string;
  /** How long each step of a provisioning run takes, in milliseconds. */
  readonly stepMs: number;
}

/**
 * Reads the configuration from the environment. An empty variable counts as unset.
 *
 * @throws RangeError that names the variable which is wrong, and says what it takes
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const { HOST = '', PORT = '', DATA_DIR = '', SEED = '', STEP_MS = '', CORDON_TOKEN = '' } = env;
  if (!['', 'yes', 'no'].includes(SEED)) {
    throw new RangeError(`SEED must be yes or no, got ${JSON.stringify(SEED)}`);
  }
  return {
    host: HOST || '127.0.0.1',
    port: readInteger('PORT', PORT || '8080', 0, 65_535),
    seed: SEED !== 'no',
    stepMs: readInteger('STEP_MS', STEP_MS || '3000', 1, 3_600_000),
    ...(DATA_DIR && { dataDir: DATA_DIR }),
    ...(CORDON_TOKEN && { cordonToken: CORDON_TOKEN }),
  };
}

function readInteger(name: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new RangeError(`${name} must be an integer from ${least} to ${most}, got ${JSON.stringify(text)}`);
}

import { isIP } from 'node:net';

/** How the server runs. */
export interface Config {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Where the records are kept; absent for a temporary directory that goes when the server does. */
  readonly dataDir?: string;
  /** Whether an empty directory is filled with the seed records. */
  readonly seed: boolean;
  /** What a deploy job shows to hold off new runs; without one, nobody can. */
  readonly cordonToken?: string;
  /** How long each step of a provisioning run takes, in milliseconds. */
  readonly stepMs: number;
}

/** Says of each variable that is wrong what it got and what it takes. */
export class ConfigError extends Error {}

const MAX_PORT = 65_535;
const MIN_TOKEN_LENGTH = 16;
const MAX_STEP_MS = 3_600_000;

/**
 * Reads the configuration from the environment. An empty variable counts as unset.
 *
 * @throws ConfigError with one line for each variable that is wrong
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const problems: string[] = [];
  const read = <T>(name: string, fallback: T, parse: (text: string) => T | undefined, allowed: string): T => {
    const text = env[name];
    if (text === undefined || text === '') return fallback;
    const value = parse(text);
    if (value === undefined) problems.push(`${name} must be ${allowed}, got ${JSON.stringify(text)}`);
    return value ?? fallback;
  };

  const dataDir = read<string | undefined>('DATA_DIR', undefined, parsePath, 'the path of a directory');
  const { CORDON_TOKEN: cordonToken = '' } = env;
  const config: Config = {
    host: read('HOST', '127.0.0.1', parseHost, 'an IP address or localhost'),
    port: read('PORT', 8080, integer(0, MAX_PORT), `an integer from 0 (any free port) to ${MAX_PORT}`),
    seed: read('SEED', true, parseYesNo, 'yes or no'),
    stepMs: read(
      'STEP_MS',
      3000,
      integer(1, MAX_STEP_MS),
      `a number of milliseconds, an integer from 1 to ${MAX_STEP_MS}`,
    ),
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(cordonToken === '' ? {} : { cordonToken }),
  };
  if (cordonToken !== '' && cordonToken.length < MIN_TOKEN_LENGTH) {
    problems.push(`CORDON_TOKEN must be at least ${MIN_TOKEN_LENGTH} characters long`); // and is not to be repeated
  }
  if (problems.length > 0) throw new ConfigError(problems.join('\n'));
  return config;
}

function integer(least: number, most: number): (text: string) => number | undefined {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    return value >= least && value <= most ? value : undefined;
  };
}

function parseHost(text: string): string | undefined {
  return text === 'localhost' || isIP(text) !== 0 ? text : undefined;
}

function parsePath(text: string): string | undefined {
  return text.includes('\0') ? undefined : text;
}

function parseYesNo(text: string): boolean | undefined {
  if (text === 'yes') return true;
  return text === 'no' ? false : undefined;
}

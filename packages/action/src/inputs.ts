import {
  quote,
  type Setting,
  type Settings,
  UsageError,
  VALUE_OPTIONS,
  type ValueOption,
} from '@quietgate/job';

/** The inputs beside the options that take a value; `action.yml` lists them all. */
export const OTHER_INPUTS = ['url', 'silent'] as const;

/** Reads the inputs of the step. An empty input counts as not given; `header` takes one header a line. */
export function readInputs(inputOf: (name: string) => string): Settings {
  const setting = (name: string, value: string): Setting => ({ name: `input ${name}`, value });
  const options = new Map<ValueOption, Setting[]>();
  for (const name of VALUE_OPTIONS) {
    const lines = name === 'header' ? inputOf(name).split('\n') : [inputOf(name)];
    const given = lines.filter((line) => line.trim() !== '').map((line) => setting(name, line));
    if (given.length > 0) options.set(name, given);
  }
  const url = inputOf('url');
  return { url: url === '' ? undefined : setting('url', url), options };
}

/**
 * Reads the input `silent`.
 *
 * @throws UsageError when it is neither true nor false
 */
export function readSilent(inputOf: (name: string) => string): boolean {
  const value = inputOf('silent').toLowerCase();
  if (!['', 'true', 'false'].includes(value)) {
    throw new UsageError(`input silent takes true or false, got ${quote(value)}`);
  }
  return value === 'true';
}

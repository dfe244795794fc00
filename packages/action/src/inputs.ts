import {
  type Flag,
  FLAGS,
  namesFor,
  quote,
  type Setting,
  type Settings,
  UsageError,
  VALUE_OPTIONS,
  type ValueOption,
} from '@quietgate/job';

/**
 * Reads the inputs of the step. An empty input counts as not given; `header` takes one header a line.
 *
 * @throws UsageError when a flag is neither true nor false
 */
export function readInputs(inputOf: (name: string) => string): Settings {
  const values = new Map<ValueOption, readonly Setting[]>();
  for (const name of namesFor('action', VALUE_OPTIONS)) {
    const lines = name === 'header' ? inputOf(name).split('\n') : [inputOf(name)];
    const given = lines.filter((line) => line.trim() !== '');
    if (given.length > 0)
      values.set(
        name,
        given.map((value) => ({ name: `input ${name}`, value })),
      );
  }
  const flags = namesFor('action', FLAGS).filter((name) => readFlag(name, inputOf(name)));
  return { values, flags: new Set<Flag>(flags) };
}

function readFlag(name: Flag, value: string): boolean {
  const lower = value.toLowerCase();
  if (!['', 'true', 'false'].includes(lower)) {
    throw new UsageError(`input ${name} takes true or false, got ${quote(lower)}`);
  }
  return lower === 'true';
}

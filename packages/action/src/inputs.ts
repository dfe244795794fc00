import { COMMANDS, isFlag, rowsFor, type Setting, type Settings } from '@quietgate/job';

/** Reads the inputs of the step. An empty input counts as not given; one that takes a list has a line for each value. */
export function readInputs(inputOf: (name: string) => string): Settings {
  const settings = new Map<string, readonly Setting[]>();
  for (const [name, row] of rowsFor(COMMANDS.wait, 'action')) {
    const lines = row.isList === true ? inputOf(name).split('\n') : [inputOf(name)];
    const given = lines.filter((line) => line.trim() !== '');
    if (given.length > 0)
      settings.set(
        name,
        given.map((value) => ({ name: `input ${name}`, value: isFlag(row) ? value.trim() : value })),
      );
  }
  return settings;
}

import { isFlag, isFor, type Settings } from '@quietgate/job';

/** The inputs of the step. An empty one counts as not given; one that takes a list has a line for each value. */
export function inputsFrom(inputOf: (name: string) => string): Settings {
  return {
    get(name, row) {
      if (!isFor(row, 'action')) return undefined;
      const lines = row.isList === true ? inputOf(name).split('\n') : [inputOf(name)];
      const given = lines.filter((line) => line.trim() !== '');
      if (given.length === 0) return undefined;
      return given.map((value) => ({ name: `input ${name}`, value: isFlag(row) ? value.trim() : value }));
    },
  };
}

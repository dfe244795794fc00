import { getInput } from '@actions/core';
import { type Command, COMMANDS, rowsFor, type Settings } from '@quietgate/job';

/** The inputs of the step for a command. An empty one counts as not given; one that takes a list has a line for each value. */
export function readInputs(command: Command): Settings {
  const inputs = rowsFor(COMMANDS[command], 'action').map(([name, { isList }]) => {
    const lines = isList === true ? getInput(name).split('\n') : [getInput(name)];
    const given = lines.filter((line) => line.trim() !== '');
    return [name, given.map((value) => ({ name: `input ${name}`, value }))] as const;
  });
  return new Map(inputs.filter(([, given]) => given.length > 0));
}

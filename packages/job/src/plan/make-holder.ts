import { MAX_HOLDER_LENGTH } from '@quietgate/core/internal';

const MAX_PART_LENGTH = 24;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A name for the holder of a lease that says which job of GitHub Actions it is, as in
 * `openova/console:123456789:1:7f3a9c51`, shortened where needed. Its random end sets the jobs of a matrix apart, which
 * share the rest.
 */
export function makeHolder(env: Environment, random: string): string {
  const read = (name: string) => (env[name] ?? '').replace(/[^A-Za-z0-9._/-]/g, '-');
  const run = ['GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT'].map((name) => read(name).slice(0, MAX_PART_LENGTH));
  const end = [...run, random].filter((part) => part !== '').join(':');
  const repository = read('GITHUB_REPOSITORY').slice(0, MAX_HOLDER_LENGTH - 1 - end.length);
  return repository === '' ? end : `${repository}:${end}`;
}

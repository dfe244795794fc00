import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The shell lines of a deploy job. */
export interface Job {
  readonly file: string;
  readonly script: string;
}

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

const { deploy } = parse(read('gitlab-ci.yml')) as { deploy: { script: string[] } };

export const JOBS: readonly Job[] = [
  { file: 'gitlab-ci.yml', script: deploy.script.join('\n') },
  { file: 'Jenkinsfile', script: read('Jenkinsfile').split("'''")[1] ?? '' },
];

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The shell lines of a deploy job. */
export interface Job {
  readonly file: string;
  readonly script: readonly string[];
  /** What runs afterwards, whatever became of the script. */
  readonly after: readonly string[];
  /** The variables that the runner sets. */
  readonly env: Readonly<Record<string, string>>;
}

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

const { deploy } = parse(read('gitlab-ci.yml')) as { deploy: { script: string[]; after_script: string[] } };
const [stages = '', post = ''] = read('Jenkinsfile').split('post {');
const shellLines = (text: string) => Array.from(text.matchAll(/\bsh '(.*)'$/gm), ([, line = '']) => line);

export const JOBS: readonly Job[] = [
  {
    file: 'gitlab-ci.yml',
    script: deploy.script,
    after: deploy.after_script,
    env: { CI_JOB_ID: '42', CI_COMMIT_SHA: '1f0c9e2' },
  },
  {
    file: 'Jenkinsfile',
    script: shellLines(stages),
    after: shellLines(post),
    env: { BUILD_NUMBER: '42', GIT_COMMIT: '1f0c9e2' },
  },
];

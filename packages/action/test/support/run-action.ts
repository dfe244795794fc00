import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type Ended, type Env, type RunningProcess, start } from '@quietgate/testkit/processes';

const bundle = (name: string) => fileURLToPath(new URL(`../../dist/${name}.cjs`, import.meta.url));

/** What a step leaves behind. */
export interface StepEnded extends Ended {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** What the step leaves to the end of the job. */
  readonly state: Readonly<Record<string, string>>;
}

/** The files of the runner, while the step runs. */
export interface StepFiles {
  readonly paths: Readonly<Record<'GITHUB_OUTPUT' | 'GITHUB_STEP_SUMMARY' | 'GITHUB_STATE', string>>;
  readonly readState: () => StepEnded['state'];
}

/** Runs the bundle as the runner does: inputs in the environment, outputs and summary in files. */
export function startStep(
  inputs: Readonly<Record<string, string>>,
  env: Env = {},
): { readonly running: RunningProcess; readonly ended: Promise<StepEnded>; readonly files: StepFiles } {
  const folder = mkdtempSync(join(tmpdir(), 'quietgate-action-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const files = {
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    GITHUB_STATE: join(folder, 'state'),
  };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const running = start(process.execPath, [bundle('index')], {
    GITHUB_ACTIONS: 'true',
    ...files,
    ...named('INPUT', inputs),
    ...env,
  });
  const readState = () =>
    existsSync(files.GITHUB_STATE) ? parseOutputs(readFileSync(files.GITHUB_STATE, 'utf8')) : {};
  const ended = running.ended.then((ended) => ({
    ...ended,
    outputs: parseOutputs(readFileSync(files.GITHUB_OUTPUT, 'utf8')),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
    state: readState(),
  }));
  return { running, ended, files: { paths: files, readState } };
}

export function runStep(inputs: Readonly<Record<string, string>>, env: Env = {}): Promise<StepEnded> {
  return startStep(inputs, env).ended;
}

/** Runs what the runner runs at the end of the job, with what the step has left to it. */
export function runPost(
  inputs: Readonly<Record<string, string>>,
  state: StepEnded['state'],
  more: Env = {},
): Promise<Ended> {
  const env = {
    GITHUB_ACTIONS: 'true',
    ...more,
    ...named('INPUT', inputs),
    ...named('STATE', state, (name) => name),
  };
  return start(process.execPath, [bundle('post')], env).ended;
}

function named(
  prefix: string,
  values: Readonly<Record<string, string>>,
  write = (name: string) => name.toUpperCase(),
): Env {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}_${write(name)}`, value]),
  );
}

/** Reads the file as the runner does: `name<<delimiter`, lines, delimiter. */
function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  while (lines.length > 1) {
    const [name = '', delimiter = ''] = (lines.shift() ?? '').split('<<');
    const end = lines.indexOf(delimiter);
    outputs[name] = lines.splice(0, end).join('\n');
    lines.shift();
  }
  return outputs;
}

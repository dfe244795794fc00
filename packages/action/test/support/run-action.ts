import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished, vi } from 'vitest';
import { type Ended, type Env, type Running, type RunningProcess, start } from '@quietgate/testkit/processes';
import { type RunningHere, startHere, type Surroundings } from '@quietgate/testkit/run-here';
import { endJob } from '../../src/end-job.ts';
import { runStep as runStepOf } from '../../src/run-step.ts';

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

/** A step under way, by the way it runs. */
export interface Step<By extends Running> {
  readonly running: By;
  readonly ended: Promise<StepEnded>;
  readonly files: StepFiles;
}

type Inputs = Readonly<Record<string, string>>;

/** Runs the step from its sources, in this process: for all that is not about processes. */
export function startStep(inputs: Inputs, env: Env = {}, surroundings: Surroundings = {}): Step<RunningHere> {
  return startBy((env) => startHere(seeing(runStepOf), [], { ...surroundings, env }), inputs, env);
}

export function runStep(inputs: Inputs, env: Env = {}): Promise<StepEnded> {
  return startStep(inputs, env).ended;
}

/** Runs the bundle as the runner does. */
export function startProcess(inputs: Inputs, env: Env = {}): Step<RunningProcess> {
  return startBy((env) => start(process.execPath, [bundle('index')], env), inputs, env);
}

export function runProcess(inputs: Inputs, env: Env = {}): Promise<StepEnded> {
  return startProcess(inputs, env).ended;
}

/** Runs what the runner runs at the end of the job, with what the step has left to it: in this process. */
export function runPost(inputs: Inputs, state: StepEnded['state'], more: Env = {}): Promise<Ended> {
  return startHere(seeing(endJob), [], { env: postEnv(inputs, state, more) }).ended;
}

/** The same from the bundle. */
export function runPostProcess(inputs: Inputs, state: StepEnded['state'], more: Env = {}): Promise<Ended> {
  return start(process.execPath, [bundle('post')], postEnv(inputs, state, more)).ended;
}

type Program = (process: NodeJS.Process) => Promise<void>;

/** The toolkit of the runner looks for its inputs in the process that is global. */
function seeing(program: Program): Program {
  return (process) => {
    vi.stubGlobal('process', process);
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
    return program(process);
  };
}

/** Inputs are in the environment, outputs and summary in files. */
function startBy<By extends Running>(startWith: (env: Env) => By, inputs: Inputs, env: Env): Step<By> {
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
  const running = startWith({ GITHUB_ACTIONS: 'true', ...files, ...named('INPUT', inputs), ...env });
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

function postEnv(inputs: Inputs, state: StepEnded['state'], more: Env): Env {
  return {
    GITHUB_ACTIONS: 'true',
    ...more,
    ...named('INPUT', inputs),
    ...named('STATE', state, (name) => name),
  };
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

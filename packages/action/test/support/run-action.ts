import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type Ended, type Env, type Running, start } from '@quietgate/testkit/processes';

const BUNDLE = fileURLToPath(new URL('../../dist/index.cjs', import.meta.url));

/** What a step leaves behind. */
export interface StepEnded extends Ended {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** Runs the bundle as the runner does: inputs in the environment, outputs and summary in files. */
export function startStep(
  inputs: Readonly<Record<string, string>>,
  env: Env = {},
): { readonly running: Running; readonly ended: Promise<StepEnded> } {
  const folder = mkdtempSync(join(tmpdir(), 'quietgate-action-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const inputEnv = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const running = start(process.execPath, [BUNDLE], {
    GITHUB_ACTIONS: 'true',
    ...files,
    ...(Object.fromEntries(inputEnv) as Env),
    ...env,
  });
  const ended = running.ended.then((ended) => ({
    ...ended,
    outputs: parseOutputs(readFileSync(files.GITHUB_OUTPUT, 'utf8')),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
  }));
  return { running, ended };
}

export function runStep(inputs: Readonly<Record<string, string>>, env: Env = {}): Promise<StepEnded> {
  return startStep(inputs, env).ended;
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

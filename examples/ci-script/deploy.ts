import { readFileSync, writeFileSync } from 'node:fs';
import { DEFAULT_API_URL, type QuietResult, waitForQuiet } from '@quietgate/core';

const IMAGE = /(image:\s*\S*catalyst-api):\S+/;
const { env } = process;

/**
 * Bumps the image tag of catalyst-api in a manifest, which rolls the Pod, once no provisioning run would be killed by it.
 *
 * It is stricter than the gate: when the last answer said that runs are in flight, it keeps its hands off unless it is
 * told to go ahead with FORCE=1. An endpoint that was never there stops nothing, as on the first roll-out.
 */
try {
  const [tag, manifest = 'catalyst-api.yaml'] = process.argv.slice(2);
  if (tag === undefined || !/^[\w.-]+$/.test(tag)) throw new Error('usage: deploy.ts <image tag> [manifest]');
  readManifest(manifest); // a mistyped name should not show only after half an hour

  const { CATALYST_API_URL: apiUrl = '' } = env;
  const result = await waitForQuiet({
    url: apiUrl === '' ? DEFAULT_API_URL : apiUrl,
    intervalMs: milliseconds('POLL_INTERVAL_SECONDS'),
    maxWaitMs: milliseconds('MAX_WAIT_SECONDS'),
    onEvent(event) {
      const seen = quote('message' in event ? event.message : (event.lastSeen?.ids ?? []));
      console.log(`${event.type} ${seen}, on in ${Math.ceil(event.nextInMs / 1000)} s`);
    },
  });

  console.log(describe(result));
  if (mayDeploy(result)) {
    const changed = bump(manifest, tag);
    console.log(`${manifest} ${changed ? 'is' : 'was already'} at ${tag}`);
  } else {
    console.error('not deployed: runs were in flight when last seen; FORCE=1 overrides that');
    process.exitCode = 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2; // 1 is for runs in flight
}

/** Reads a variable that holds seconds; an empty one counts as unset. */
function milliseconds(variable: string): number | undefined {
  const value = env[variable] ?? '';
  if (value !== '' && !/^\d+(\.\d+)?$/.test(value)) {
    throw new Error(`${variable} takes seconds, as in 20`);
  }
  return value === '' ? undefined : Number(value) * 1000;
}

function mayDeploy({ lastSeen }: QuietResult): boolean {
  return lastSeen === undefined || lastSeen.count === 0 || env['FORCE'] === '1';
}

function describe(outcome: QuietResult): string {
  const why = outcome.outcome === 'failed-open' ? ` (${outcome.reason}) ${quote(outcome.message)}` : '';
  return `${outcome.outcome}${why} after ${outcome.polls} ${outcome.polls === 1 ? 'poll' : 'polls'}`;
}

/** Makes what came from the network plain ASCII on one line, which no CI runner can take for a command (`##[error]`). */
function quote(untrusted: unknown): string {
  return JSON.stringify(untrusted)
    .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('##', '#\\u0023');
}

function readManifest(file: string): string {
  const text = readFileSync(file, 'utf8');
  if (!IMAGE.test(text)) throw new Error(`${file} names no image of catalyst-api`);
  return text;
}

/** Whether the manifest had another tag before. */
function bump(file: string, newTag: string): boolean {
  const before = readManifest(file);
  const after = before.replace(IMAGE, `$1:${newTag}`);
  if (after !== before) writeFileSync(file, after);
  return after !== before;
}

/*
 * What is done when quietgate itself fails outside a gate. It depends on nothing that may be what failed, and any Node
 * since 14 can read it.
 */

/** The statuses of the commands that hold no deploy, where they cannot tell: 0 would read as quiet, or as done. */
const CANNOT_TELL: ReadonlyMap<string, number> = new Map([
  ['uncordon', 1],
  ['status', 3],
  ['until', 1],
  ['check', 3],
]);

/** What the arguments say of such an end. */
interface Wishes {
  readonly cannotTell: number | undefined;
  readonly stops: boolean;
  readonly json: boolean;
  readonly command: readonly string[];
}

function wishesOf(argv: readonly string[]): Wishes {
  const dashes = argv.indexOf('--');
  const end = dashes < 0 ? argv.length : dashes;
  const own = argv.filter((_, index) => index < end);
  const named = own.filter((each, index) => own[index - 1] === '--fail-on' || each.startsWith('--fail-on='));
  const isNamed = (outcome: string) => named.some((each) => each.includes(outcome));
  return {
    cannotTell: CANNOT_TELL.get(own.find((each) => CANNOT_TELL.has(each)) ?? ''),
    stops: isNamed('failed-open') || (own.includes('--cordon') && isNamed('uncordoned')),
    json: own.includes('--json'),
    command: argv.filter((_, index) => index > end),
  };
}

/**
 * Ends the process as a gate that failed open does: the deploy goes ahead, loudly, unless `--fail-on` says otherwise. Another
 * command ends as one that cannot tell.
 */
export async function failOpen(error: unknown, process: NodeJS.Process): Promise<void> {
  const { cannotTell, stops, json, command } = wishesOf(process.argv.filter((_, index) => index >= 2));
  const why = error instanceof Error ? error.message : String(error);
  const message = `quietgate itself failed, please report it: ${why.replace(/[^ -~]/g, ' ')}`;
  if (cannotTell !== undefined) {
    process.stderr.write(`${message}\n`);
    process.exitCode = cannotTell;
    return;
  }
  const then = stops ? 'fail-on stops the deploy' : 'the deploy goes ahead';
  const line = `failed-open (internal): ${message}; ${then}`;
  const isOnGithub = process.env['GITHUB_ACTIONS'] === 'true';
  const annotation = `::${stops ? 'error' : 'warning'} title=quietgate::${line.replace(/%/g, '%25')}`;
  process.stderr.write(`${isOnGithub ? annotation : line}\n`);
  if (json) {
    const result = { outcome: 'failed-open', reason: 'internal', message, polls: 0, elapsedMs: 0 };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
  const [file, ...args] = stops ? [] : command;
  if (file === undefined) {
    process.exitCode = stops ? 1 : 0;
    return;
  }
  const [{ commandEnvironment, runCommand }, { takeSignals }] = await Promise.all([
    import('@quietgate/job/run-command'),
    import('@quietgate/job/signals'),
  ]);
  const env = commandEnvironment(process.env, { outcome: 'failed-open', holder: undefined });
  const signals = takeSignals(process, { heedsOrphaning: true });
  const { status, problem } = await runCommand({ file, args }, env, signals);
  if (problem !== undefined) process.stderr.write(`${file}: ${problem}\n`);
  process.exitCode = status;
}

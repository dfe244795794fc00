import { type Command, FLAGS, isTakenBy, namesFor, type Option, VALUE_OPTIONS } from '@quietgate/job';

/** Where the meanings begin. */
const COLUMN = 29;

/** What stands before the options of a command, and behind them. */
const TEXTS: Readonly<Record<Command, readonly [before: string, after: string]>> = {
  wait: [
    `Usage: quietgate [url] [options]
       quietgate uncordon [url] (--holder ID | --all)
       quietgate status [url]

Waits until no provisioning run is in flight; then the deploy may go.
Asks [url] (${VALUE_OPTIONS.url.variable ?? ''}, ${VALUE_OPTIONS.url.default ?? ''}).
`,
    `Exits 0 when the deploy may go, 1 on an outcome that --fail-on names, 2 on wrong
usage, 130 or 143 when it is stopped by a signal.
`,
  ],
  uncordon: [
    `Usage: quietgate uncordon [url] (--holder ID | --all) [options]

Ends a lease of the cordon, so that new runs may start again. Needs a URL, as an
argument or in CATALYST_API_URL, and the token in CORDON_TOKEN.
`,
    `
Exits 0 when the lease is gone, also if there was none, 1 when that cannot be
told, 2 on wrong usage.
`,
  ],
  status: [
    `Usage: quietgate status [url] [options]

Says what is in flight, and with CORDON_TOKEN who holds the cordon, until when.
`,
    `
Exits 0 when it is quiet, 1 when it is not, 3 when that cannot be told, 2 on
wrong usage.
`,
  ],
};

/** Options that share a line, to fit a screen. */
const TOGETHER = ['json', 'silent'];

/** What `--help` prints: one screen of 24 lines by 80 columns. */
export function helpText(command: Command): string {
  const [before, after] = TEXTS[command];
  const values = namesFor('command-line', VALUE_OPTIONS)
    .filter((name) => name !== 'url' && isTakenBy(command, VALUE_OPTIONS[name]))
    .map((name) => describeOption([name], [VALUE_OPTIONS[name]]));
  const flags = namesFor('command-line', FLAGS).filter(
    (name) => name !== 'help' && name !== 'version' && isTakenBy(command, FLAGS[name]),
  );
  const alone = flags.filter((name) => !TOGETHER.includes(name));
  const together = flags.filter((name) => TOGETHER.includes(name));
  return [
    before,
    ...values,
    ...alone.map((name) => describeOption([name], [FLAGS[name]])),
    ...(together.length === 0
      ? []
      : [
          describeOption(
            together,
            together.map((name) => FLAGS[name]),
          ),
        ]),
    after,
  ].join('\n');
}

function describeOption(names: readonly string[], options: readonly Option[]): string {
  const [{ takes, variable } = {} as Partial<Option>] = options;
  const given = `  ${names.map((name) => `--${name}`).join(', ')}${takes === undefined ? '' : ` ${takes}`}`;
  const meaning = options.map((option) => option.meaning.replaceAll('`', '')).join('; ');
  return `${given.padEnd(COLUMN)}${meaning}${variable === undefined ? '' : ` (${variable})`}`;
}

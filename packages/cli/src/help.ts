import { API_URL_VARIABLE, type Command, COMMANDS, type Row, rowsFor } from '@quietgate/job';

/** Where the meanings begin. */
const COLUMN = 29;

/** What stands before the options of a command, and behind them. */
const TEXTS: Readonly<Record<Command, readonly [before: string, after: string]>> = {
  wait: [
    `Usage: quietgate [url…] [options] [-- command [argument…]]
       quietgate uncordon|status|until|check --help

Waits until no run is in flight; then the deploy may go, or the command runs.
Asks [url] (${API_URL_VARIABLE}, ${COMMANDS.wait.url.default}).
`,
    `
Exits 0 when the deploy may go, or as the command does; 1 on an outcome that
--fail-on names, 2 on wrong usage, 128 + n when a signal ends it.
`,
  ],
  uncordon: [
    `Usage: quietgate uncordon [url] (--holder ID | --all) [options]

Releases a lease of the cordon, so that new runs may start again. Needs a URL,
as an argument or CATALYST_API_URL, and the token in CORDON_TOKEN.
`,
    `
Exits 0 when the lease is gone, also if there was none, 1 when that is unknown,
2 on wrong usage.
`,
  ],
  status: [
    `Usage: quietgate status [url] [options]

Says what is in flight, and with CORDON_TOKEN who holds the cordon, until when.
`,
    `
Exits 0 when it is quiet, 1 when it is not, 3 when that is unknown, 2 on wrong
usage.
`,
  ],
  until: [
    `Usage: quietgate until <url> <text> [options]

Asks until a response with status 200 contains the text.
`,
    `
Exits 0 once one does, 1 when the maximum wait is over, 2 on wrong usage.
`,
  ],
  check: [
    `Usage: quietgate check [url] [options]

Tries a server, and names each deviation from the protocol.
`,
    `
Exits 0 when no check failed, 1 when one did, 3 when no request was answered, 2
on wrong usage.
`,
  ],
};

/** Options that share a line, to fit a screen. */
const TOGETHER: readonly string[] = ['json', 'silent'];

/** What `--help` prints: one screen of 24 lines by 80 columns. */
export function helpText(command: Command): string {
  const [before, after] = TEXTS[command];
  const rows = rowsFor(COMMANDS[command], 'command-line').filter(
    ([name, { isArgument }]) => isArgument !== true && name !== 'help' && name !== 'version',
  );
  const alone = rows.filter(([name]) => !TOGETHER.includes(name));
  const together = rows.filter(([name]) => TOGETHER.includes(name));
  const lines = [...alone.map((row) => [row]), ...(together.length === 0 ? [] : [together])];
  return [before, ...lines.map(describeOptions), after].join('\n');
}

/** One line for options that share it. */
function describeOptions(rows: readonly [name: string, row: Row][]): string {
  const [[, { takes, variable }] = ['', {} as Row]] = rows;
  const given = `  ${rows.map(([name]) => `--${name}`).join(', ')}${takes === undefined ? '' : ` ${takes}`}`;
  const meaning = rows.map(([, row]) => row.meaning.replaceAll('`', '')).join('; ');
  return `${given.padEnd(COLUMN)}${meaning}${variable === undefined ? '' : ` (${variable})`}`;
}

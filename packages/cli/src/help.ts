import { FLAGS, namesFor, type Option, VALUE_OPTIONS } from '@quietgate/job';

/** Where the meanings begin. */
const COLUMN = 29;

/** What `--help` prints: one screen of 24 lines by 80 columns. */
export function helpText(): string {
  const lines = [
    ...namesFor('command-line', VALUE_OPTIONS)
      .filter((name) => name !== 'url')
      .map((name) => describeOption(name, VALUE_OPTIONS[name])),
    ...namesFor('command-line', FLAGS).map((name) => describeOption(name, FLAGS[name])),
  ];
  return `Usage: quietgate [url] [options]

Waits until no provisioning run is in flight, and no longer than the cap; then
the deploy may go. Asks [url] (${VALUE_OPTIONS.url.variable ?? ''}, ${VALUE_OPTIONS.url.default ?? ''}).

${lines.join('\n')}

Exits 0 when the deploy may go, 1 on an outcome that --fail-on names, 2 on wrong
usage, 130 or 143 when it is stopped by a signal.

  quietgate https://console.example.com && ./deploy.sh
`;
}

function describeOption(name: string, { takes, variable, meaning }: Option): string {
  const option = `  --${name}${takes === undefined ? '' : ` ${takes}`}`;
  const fromEnvironment = variable === undefined ? '' : ` (${variable})`;
  return `${option.padEnd(COLUMN)}${meaning.replaceAll('`', '')}${fromEnvironment}`;
}

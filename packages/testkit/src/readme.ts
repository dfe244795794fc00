import { readFileSync } from 'node:fs';

/** A fenced block of code of a Markdown file. */
export interface CodeBlock {
  /** The text of the heading that it stands under. */
  readonly heading: string;
  /** What follows the opening fence, as in `ts` or `console`. */
  readonly info: string;
  readonly code: string;
}

/** Reads the fenced code of a Markdown file, for the tests that run it. */
export function codeBlocks(file: string | URL): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let heading = '';
  let open: { info: string; lines: string[] } | undefined;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (open !== undefined) {
      if (line === '```') {
        blocks.push({ heading, info: open.info, code: open.lines.join('\n') + '\n' });
        open = undefined;
      } else {
        open.lines.push(line);
      }
    } else if (line.startsWith('```')) {
      open = { info: line.slice(3), lines: [] };
    } else if (line.startsWith('#')) {
      heading = line.replace(/^#+ /, '');
    }
  }
  return blocks;
}

/** Reads the table of a Markdown file that stands under a heading: its rows, without the header, as cells. */
export function tableRows(file: string | URL, under: string): string[][] {
  const [, section = ''] = readFileSync(file, 'utf8').split(new RegExp(`^#+ ${under}$`, 'm'));
  const [own = ''] = section.split(/^#/m);
  return own
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
    .slice(2); // the header, and the line below it
}

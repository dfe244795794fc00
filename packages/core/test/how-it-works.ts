import { codeBlocks } from '@quietgate/testkit/readme';
import type { Violation } from './explore.ts';

const blocks = codeBlocks(new URL('../../../docs/how-it-works.md', import.meta.url));

/** What docs/how-it-works.md prints of a kind. */
export function printed(info: string): string[] {
  return blocks.filter((block) => block.info === info).map(({ code }) => code);
}

/** A violation as it is printed there. */
export function asPrinted(violation: Violation | undefined): string {
  return [...(violation?.trace ?? []), ''].join('\n');
}

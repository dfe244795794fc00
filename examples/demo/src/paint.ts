import { styleText } from 'node:util';

/** Colours a text, or leaves it as it is. */
export type Paint = (style: 'bold' | 'green' | 'red' | 'yellow', text: string) => string;

/** Colour is for a terminal whose user has not asked for none with `NO_COLOR`. */
export function paintFor(isTerminal: boolean, noColor: string | undefined): Paint {
  if (!isTerminal || noColor) return (_, text) => text;
  return (style, text) => styleText(style, text, { validateStream: false });
}

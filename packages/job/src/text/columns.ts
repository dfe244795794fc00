import stringWidth from 'string-width';

const ELLIPSIS = '…';
const characters = new Intl.Segmenter();

/** How many columns of a terminal a text takes. */
export function columnsOf(text: string): number {
  return stringWidth(text);
}

/** Cuts a text between two characters, as a reader sees them, to a width in columns, and marks where it did. */
export function fitColumns(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let width = columnsOf(ELLIPSIS);
  let kept = '';
  for (const { segment } of characters.segment(text)) {
    width += columnsOf(segment);
    if (width > columns) break;
    kept += segment;
  }
  return columns < 1 ? '' : kept + ELLIPSIS;
}

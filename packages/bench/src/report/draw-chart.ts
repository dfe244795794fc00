import * as Plot from '@observablehq/plot';
import { createDocument } from 'domino';
import { type Chart, showNumber } from './section.ts';

const ROW_HEIGHT = 22;
const CHARACTER_WIDTH = 7;

/** What an SVG inherits nothing of, since a page shows it as an image. */
export const THEMES = {
  light: { color: '#1f2328', background: '#ffffff' },
  dark: { color: '#e6edf3', background: '#0d1117' },
} as const;

/** Draws a chart as an SVG of its own. */
export function drawChart({ axis, bars, alt }: Chart, theme: keyof typeof THEMES): string {
  const document = createDocument('<html></html>');
  const labels = [...new Set(bars.map(({ label }) => label))];
  const groups = [...new Set(bars.map(({ group }) => group))];
  const most = Math.max(...bars.map(({ value }) => value));
  const svg = Plot.plot({
    document,
    width: 760,
    height: 76 + groups.length * (labels.length * ROW_HEIGHT + 12),
    marginLeft: 20 + CHARACTER_WIDTH * longest(labels),
    marginRight: 20 + CHARACTER_WIDTH * longest(groups),
    marginBottom: 46,
    style: { ...THEMES[theme], fontSize: '12px' },
    // What is longest leaves room for its number.
    x: { label: axis, labelAnchor: 'left', labelOffset: 42, grid: true, domain: [0, most * 1.12] },
    y: { label: null, domain: labels },
    fy: { label: null, domain: groups },
    color: { domain: labels, scheme: 'observable10' },
    marks: [
      Plot.barX(bars, { x: 'value', y: 'label', fy: 'group', fill: 'label', insetTop: 2, insetBottom: 2 }),
      Plot.text(bars, {
        x: 'value',
        y: 'label',
        fy: 'group',
        text: ({ value }: { value: number }) => showNumber(value),
        textAnchor: 'start',
        dx: 4,
      }),
      Plot.ruleX([0]),
    ],
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', alt);
  return `${svg.outerHTML}\n`;
}

function longest(texts: readonly string[]): number {
  return Math.max(...texts.map(({ length }) => length));
}

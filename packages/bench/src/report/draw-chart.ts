import * as Plot from '@observablehq/plot';
import { createDocument } from 'domino';
import { type Bar, type Chart, showDuration, showNumber } from './section.ts';

const WIDTH = 760;
const ROW_HEIGHT = 22;
const CHARACTER_WIDTH = 7;
const TITLE_HEIGHT = 40;

/** What an SVG inherits nothing of, since a page shows it as an image. One colour is Quietgate's, grey is the rest. */
export const THEMES = {
  light: { color: '#1f2328', background: '#ffffff', ours: '#2f6feb', others: '#afb8c1' },
  dark: { color: '#e6edf3', background: '#0d1117', ours: '#4493f8', others: '#6e7681' },
} as const;

/** Draws a chart as an SVG of its own. */
export function drawChart(chart: Chart, theme: keyof typeof THEMES): string {
  const { title, axis, bars } = chart;
  const { color, background, ours, others } = THEMES[theme];
  const document = createDocument('<html></html>');
  const labels = [...new Set(inOrder(chart).map(({ label }) => label))];
  const groups = [...new Set(bars.map(({ group }) => group))];
  const measured = bars.filter(isMeasured);
  const isLog = chart.scale === 'log';
  const [from, to] = isLog ? logDomain(measured) : linearDomain(measured);
  const show = isLog ? showDuration : showNumber;
  const position = { y: 'label', fy: 'group' };
  const svg = Plot.plot({
    document,
    width: WIDTH,
    height: TITLE_HEIGHT + 76 + groups.length * (labels.length * ROW_HEIGHT + 12),
    marginTop: TITLE_HEIGHT,
    marginLeft: 20 + CHARACTER_WIDTH * longest(labels),
    marginRight: 20 + CHARACTER_WIDTH * longest(groups),
    marginBottom: 46,
    style: { color, background, fontSize: '12px' },
    x: {
      label: `${axis} (blue: Quietgate${isLog ? '; log scale' : ''})`,
      labelAnchor: 'left',
      labelOffset: 42,
      labelArrow: 'none',
      grid: true,
      domain: [from, to],
      ...(isLog && { type: 'log', ticks: powersOfTen(from, to), tickFormat: showDuration }),
    },
    y: { label: null, domain: labels },
    fy: { label: null, domain: groups },
    marks: [
      Plot.barX(measured, {
        ...position,
        x1: from,
        x2: 'value',
        fill: ({ isOurs }: Bar) => (isOurs ? ours : others),
        insetTop: 2,
        insetBottom: 2,
      }),
      Plot.text(bars, {
        ...position,
        x: (bar: Bar) => (isMeasured(bar) ? bar.value : from),
        text: (bar: Bar) => (isMeasured(bar) ? show(bar.value) : 'not measured'),
        textAnchor: 'start',
        dx: 4,
      }),
      Plot.ruleX([from]),
    ],
  });
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', title);
  svg.appendChild(heading(document, title));
  return `${svg.outerHTML}\n`;
}

/** The best first: of several groups, what is best in all of them together. */
function inOrder({ bars, best }: Chart): readonly Bar[] {
  const total = ({ label }: Bar) =>
    bars.reduce((sum, bar) => (bar.label === label && isMeasured(bar) ? sum + bar.value : sum), 0);
  const sign = best === 'shortest' ? 1 : -1;
  const [measured, others] = [bars.filter(isMeasured), bars.filter((bar) => !isMeasured(bar))];
  return [...measured.toSorted((a, b) => sign * (total(a) - total(b))), ...others];
}

/** What failed is not a bar without length. */
function isMeasured({ value }: Bar): boolean {
  return Number.isFinite(value) && value > 0;
}

/** With room for the number of what is longest. */
function linearDomain(bars: readonly Bar[]): [number, number] {
  return [0, Math.max(...bars.map(({ value }) => value)) * 1.12];
}

/** From a power of ten, with room for the number of what is longest. */
function logDomain(bars: readonly Bar[]): [number, number] {
  const exponents = bars.map(({ value }) => Math.log10(value));
  return [10 ** Math.floor(Math.min(...exponents)), 10 ** (Math.max(...exponents) + 0.5)];
}

function powersOfTen(from: number, to: number): number[] {
  const length = Math.floor(Math.log10(to / from)) + 1;
  return Array.from({ length }, (_, power) => from * 10 ** power);
}

function heading(document: Document, title: string): SVGTextElement {
  const text = document.createElementNS('http://www.w3.org/2000/svg', 'text');
  for (const [name, value] of Object.entries({
    x: '3',
    y: '22',
    fill: 'currentColor',
    'text-anchor': 'start',
  }))
    text.setAttribute(name, value);
  text.setAttribute('style', 'font-size: 15px; font-weight: 600');
  text.textContent = title;
  return text;
}

function longest(texts: readonly string[]): number {
  return Math.max(...texts.map(({ length }) => length));
}

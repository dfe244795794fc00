import { codeBlocks } from '@quietgate/testkit/readme';
import { describe, expect, test } from 'vitest';
import { NO_TROUBLE, type Scenario, TWO_DEPLOYS } from './cordon-search/scenario.ts';
import { search } from './cordon-search/search.ts';
import { gateEdges } from './gate-edges.ts';
import { ONE_SERVER } from './hold-search/scenario.ts';
import { search as searchHold } from './hold-search/search.ts';

const blocks = codeBlocks(new URL('../../../docs/how-it-works.md', import.meta.url));
const printed = (info: string) => blocks.filter((block) => block.info === info).map(({ code }) => code);

/** The edges of a diagram, one for each label; that the gate sleeps before a poll is no edge of its own. */
function edgesOf(diagram: string): string[] {
  return diagram.split('\n').flatMap((line) => {
    const [, way = '', labels = ''] = /^ *(.* --> .*): (.*)$/.exec(line) ?? [];
    if (way === '') return [];
    const words = labels.replaceAll('<br>', ' ').split(', ');
    return words.map((label) => `${way.replace('sleep', 'poll')}: ${label}`);
  });
}

describe('the diagrams have the edges that the gate has, and no others', () => {
  const { withoutCordon, withCordon } = gateEdges();
  const [first = '', second = ''] = printed('mermaid');

  test('without a cordon', () => {
    expect(edgesOf(first).sort()).toEqual([...withoutCordon].sort());
  });

  test('those that a cordon adds', () => {
    expect(edgesOf(second).sort()).toEqual([...withCordon].filter((edge) => !withoutCordon.has(edge)).sort());
  });

  test('with a cordon the first ones are open as well, but for the start', () => {
    expect([...withoutCordon].filter((edge) => !withCordon.has(edge))).toEqual([
      '[*] --> poll: without a cordon',
    ]);
  });
});

const [withoutCordon, twoDeploys, hold = ''] = printed('text');
const asPrinted = ({ violation }: { violation?: { trace: readonly string[] } }) =>
  [...(violation?.trace ?? []), ''].join('\n');

test('the traces are the shortest ones that the search finds', () => {
  const trace = (scenario: Scenario) => asPrinted(search(scenario));
  expect([withoutCordon, twoDeploys]).toEqual([
    trace({ ...NO_TROUBLE, hasCordon: false }),
    trace(TWO_DEPLOYS),
  ]);
});

test.each([
  ['the rollout restarts the server', { ...ONE_SERVER, restarts: 2 }],
  ['the server crashes and restarts', { ...ONE_SERVER, sparesProof: false }],
  [
    'an operator releases every lease of the server',
    { ...ONE_SERVER, crashes: 0, sparesProof: false, operatorLifts: 1 },
  ],
])('and so is that of a hold, where %s before a run starts', (what, scenario) => {
  expect(asPrinted(searchHold(scenario))).toBe(
    hold.replace('the rollout restarts the server\n', `${what}\n`),
  );
});

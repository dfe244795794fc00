import { codeBlocks } from '@quietgate/testkit/readme';
import { expect, test } from 'vitest';
import { NO_TROUBLE, type Scenario, TWO_DEPLOYS } from './cordon-search/scenario.ts';
import { search } from './cordon-search/search.ts';
import { gateEdges } from './gate-edges.ts';

const blocks = codeBlocks(new URL('../../../docs/how-it-works.md', import.meta.url));
const printed = (info: string) => blocks.filter((block) => block.info === info).map(({ code }) => code);

test('the diagram has the edges that the gate has, and no others', () => {
  const lines = printed('mermaid')
    .flatMap((code) => code.split('\n'))
    .filter((line) => line.includes('-->'));
  const edges = lines.flatMap((line) => {
    const [way = '', labels = ''] = line.trim().split(': ');
    return labels.split(', ').map((label) => `${way}: ${label}`);
  });
  expect(edges.sort()).toEqual([...gateEdges()].sort());
});

test('the traces are the shortest ones that the search finds', () => {
  const trace = (scenario: Scenario) => [...(search(scenario).violation?.trace ?? []), ''].join('\n');
  expect(printed('text')).toEqual([trace({ ...NO_TROUBLE, hasCordon: false }), trace(TWO_DEPLOYS)]);
});

import { describe, expect, test } from 'vitest';
import { gateEdges } from './gate-edges.ts';
import { printed } from './how-it-works.ts';

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

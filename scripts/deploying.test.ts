import { existsSync, readFileSync } from 'node:fs';
import { codeBlocks } from '@quietgate/testkit/readme';
import { describe, expect, it } from 'vitest';
import { SCENES } from './deploying/scenes.ts';
import { createStage } from './deploying/stage.ts';

const page = new URL('../docs/deploying.md', import.meta.url);
const pictures = codeBlocks(page).filter(({ info }) => info === 'mermaid');

it('has a picture of each topology', () => {
  expect(pictures.map(({ heading }) => heading)).toEqual(Object.keys(SCENES));
});

describe.each(Object.entries(SCENES))('%s', (heading, play) => {
  it('is drawn as the gate and the endpoints have it', async () => {
    const stage = createStage();
    await play(stage);
    const picture = pictures.find((each) => each.heading === heading)?.code ?? '';
    const messages = picture
      .split('\n')
      .filter((line) => !/^(sequenceDiagram| *participant .*)?$/.test(line));
    expect(messages.map((line) => `${line}\n`)).toEqual(stage.lines);
  });
});

it('leads to what there is', () => {
  const links = [...readFileSync(page, 'utf8').matchAll(/\](?:\(|: )([^)\s]+)/g)].map(
    ([, link = '']) => link,
  );
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((link) => !leadsSomewhere(new URL(link, page)))).toEqual([]);
});

/** Whether there is such a file, with a heading whose name is the fragment. */
function leadsSomewhere(url: URL): boolean {
  const file = new URL(url.pathname, page);
  if (!existsSync(file) || url.hash === '') return existsSync(file);
  const headings = readFileSync(file, 'utf8').match(/^#+ .*$/gm) ?? [];
  return headings.map(nameOf).includes(url.hash.slice(1));
}

/** As GitHub names them. */
const nameOf = (heading: string) =>
  heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-');

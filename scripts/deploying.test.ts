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

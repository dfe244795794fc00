import { defineConfig } from 'vitest/config';
import { alias } from '../../../../vitest.config.ts';

const project = (name: string, setupFiles: string[]) => ({
  resolve: { alias },
  test: { name, include: [`${name}.fixture.ts`], setupFiles, fakeTimers: { now: 0 }, testTimeout: 60_000 },
});

export default defineConfig({
  test: {
    reporters: ['json'],
    projects: [project('everywhere', ['./set-up.ts']), project('hoisted', [])],
  },
});

import type { World } from './world.ts';

/** One thing that happens. */
export interface Move {
  readonly type: 'gate' | 'server' | 'run' | 'rollout' | 'job end' | 'crash' | 'operator' | 'time';
  /** The holder whose doing it is. */
  readonly by?: string;
  readonly text: string;
  readonly after: World;
}

import type { Respond } from '@quietgate/testkit/endpoint';
import { deployServer } from './deploy-server.ts';

export { TOKEN } from './deploy-server.ts';

/** A server with a cordon that says what it is told to. */
export interface CordonedServer {
  readonly url: string;
  /** Whose leases last. */
  readonly holders: () => readonly string[];
  /** What was asked, as in `PUT deploy-42`, or `count`. */
  readonly asked: readonly string[];
  /** Resolves once a request like that has come. */
  readonly saw: (request: RegExp) => Promise<void>;
}

/** What answers in place of the cordon, or of the count. */
export interface Answers {
  readonly count: readonly Respond[];
  readonly raise?: Respond;
  readonly lift?: Respond;
}

/** Serves counts in turn, and the product's cordon unless it is told otherwise. */
export async function cordonedServer({ count, raise, lift }: Answers): Promise<CordonedServer> {
  const asked: string[] = [];
  const watchers = new Set<() => void>();
  const rest = [...count];
  const { url, cordon } = await deployServer({
    answerInstead({ method = '', url = '' }) {
      const { pathname, searchParams } = new URL(url, 'http://host');
      const isCordon = pathname.endsWith('/cordon');
      asked.push(isCordon ? `${method} ${searchParams.get('holder') ?? ''}` : 'count');
      for (const watch of watchers) watch();
      if (!isCordon) return rest.length > 1 ? rest.shift() : rest[0];
      return { PUT: raise, DELETE: lift }[method];
    },
  });
  const saw = (pattern: RegExp) =>
    new Promise<void>((resolve) => {
      const watch = () => {
        if (asked.some((request) => pattern.test(request))) resolve();
      };
      watchers.add(watch);
      watch();
    });
  return { url, asked, holders: cordon.holders, saw };
}

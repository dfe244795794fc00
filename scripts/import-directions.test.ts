import { ESLint, Linter } from 'eslint';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const eslint = new ESLint({ cwd: root });

/** What the rule on imports says of one import in a file. */
async function complaints(file: string, from: string): Promise<string[]> {
  const config = (await eslint.calculateConfigForFile(`${root}${file}`)) as Linter.Config;
  const rules = { 'no-restricted-imports': config.rules?.['no-restricted-imports'] ?? 'off' };
  return new Linter().verify(`import '${from}';`, { rules }).map(({ message }) => message);
}

it.each([
  ['core/src/deployment.ts', './index.ts'],
  ['core/src/options/check-kind.ts', '../gate/decide-on-poll.ts'],
  ['core/src/in-flight/tally.ts', '../wire/paths.ts'],
  ['core/src/in-flight/tally.ts', 'p-retry'],
  ['core/src/wire/paths.ts', '../ask/count-target.ts'],
  ['core/src/cordon/cordon.ts', '../gate/decide-on-poll.ts'],
  ['core/src/gate/decide-on-poll.ts', '../wait/clock.ts'],
  ['core/src/gate/decide-on-poll.ts', '../ask/count-target.ts'],
  ['core/src/gate/decide-on-poll.ts', '../hold/hold.ts'],
  ['core/src/hold/hold.ts', '../gate/decide-on-poll.ts'],
  ['core/src/hold/hold.ts', '../wait/clock.ts'],
  ['core/src/serve/create-cordon.ts', '../gate/limits.ts'],
  ['core/src/serve/create-cordon.ts', '../wait/retry.ts'],
  ['core/src/drain/create-drain.ts', '../gate/decide-on-poll.ts'],
  ['core/src/drain/create-drain.ts', '../wait/wait-for-quiet.ts'],
  ['core/src/drain/create-drain.ts', '../serve/create-cordon.ts'],
  ['core/src/ask/count-target.ts', '../wait/retry.ts'],
  ['http-adapters/src/listing/share-next.ts', '../endpoint/endpoint.ts'],
  ['http-adapters/src/endpoint/endpoint.ts', '../mount/mount-on-node.ts'],
  ['http-adapters/src/endpoint/endpoint.ts', 'fastify'],
  ['http-adapters/src/mount/mount-on-node.ts', '../express.ts'],
  ['http-adapters/src/mount/mount-on-node.ts', 'express'],
  ['http-adapters/src/mount/mount-on-node.ts', 'node:http'],
  ['http-adapters/src/mount/mount-on-node.ts', '../../contract/request-of.ts'],
  ['http-adapters/src/node.ts', './express.ts'],
  ['http-adapters/src/node.ts', 'fastify'],
  ['http-adapters/src/node.ts', '../contract/host.ts'],
  ['postgres/src/database/pg-pool.ts', '../cordon/enter.ts'],
  ['postgres/src/database/pg-pool.ts', 'pg'],
  ['postgres/src/cordon/enter.ts', '../runs/keep-runs.ts'],
  ['postgres/src/changes/follow-channel.ts', '../cordon/enter.ts'],
  ['postgres/src/runs/keep-runs.ts', 'postgres'],
  ['job/src/text/quote.ts', '../plan/plan.ts'],
  ['job/src/network/tunnel.ts', '../run/run-gate.ts'],
  ['job/src/network/tunnel.ts', 'quietgate'],
  ['job/src/plan/plan.ts', '../report/terms.ts'],
  ['job/src/plan/plan.ts', '../network/create-network.ts'],
  ['job/src/report/terms.ts', '../run/run-gate.ts'],
  ['job/src/report/terms.ts', '../network/phase.ts'],
  ['job/src/check/run-check.ts', '../report/describe-check.ts'],
  ['job/src/run/run-gate.ts', '@quietgate/action'],
  ['cli/src/main.ts', '@quietgate/action'],
  ['action/src/run-step.ts', 'quietgate'],
  ['core/src/wait/clock.ts', '../../../job/src/index.ts'],
  ['http-adapters/src/node.test.ts', '../../core/src/index.ts'],
  ['http-adapters/src/node.ts', '../../postgres/src/index.ts'],
  ['cli/test/signals.test.ts', '../../job/src/run/run-gate.ts'],
  ['testkit/src/endpoint.ts', '../../core/src/index.ts'],
])('packages/%s may not import %s', async (file, from) => {
  expect(await complaints(`packages/${file}`, from)).toEqual([expect.stringContaining('restricted')]);
});

it.each([
  ['packages/core/src/gate/decide-on-poll.ts', './state.ts'],
  ['packages/core/src/gate/decide-on-poll.ts', '../wire/paths.ts'],
  ['packages/core/src/wait/wait-for-quiet.ts', '../gate/decide-on-poll.ts'],
  ['packages/core/src/wait/retry.ts', 'p-retry'],
  ['packages/core/src/serve/create-cordon.ts', '../wait/clock.ts'],
  ['packages/core/src/drain/create-drain.ts', '../wait/clock.ts'],
  ['packages/http-adapters/src/mount/mount-in-fastify.ts', 'fastify'],
  ['packages/http-adapters/src/express.ts', 'express'],
  ['packages/job/src/plan/plan.ts', '../network/proxy-for.ts'],
  ['packages/job/src/run/run-gate.ts', '../report/terms.ts'],
  ['packages/cli/src/main.ts', '@quietgate/job'],
  ['packages/cli/test/signals.test.ts', '../src/main.ts'],
  ['packages/postgres/src/runs/keep-runs.ts', '../database/database.ts'],
  ['packages/postgres/src/cordon/admit.test.ts', 'pg'],
  ['examples/ci-script/deploy.ts', '@quietgate/core'],
])('%s may import %s', async (file, from) => {
  expect(await complaints(file, from)).toEqual([]);
});

it('examples import no source of a package', async () => {
  const source = await complaints('examples/ci-script/deploy.ts', '../../packages/core/src/index.ts');
  expect(source).not.toEqual([]);
});

/** The names in each `{ … } from '…'` of this kind. */
function namesIn(text: string, statement: RegExp): string[] {
  return [...text.matchAll(statement)].flatMap(
    ([, names = '']) => names.match(/(?!type\b)\b[A-Za-z_]\w*/g) ?? [],
  );
}

it('core offers the other packages what one of them imports, and nothing else', () => {
  const sources = ['action', 'cli', 'http-adapters', 'job', 'postgres']
    .flatMap((name) => {
      const folder = `${root}packages/${name}/src/`;
      return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => folder + file);
    })
    .filter((file) => file.endsWith('.ts') && !/\.test(?:-d)?\.ts$/.test(file));
  const imported = sources.flatMap((file) =>
    namesIn(readFileSync(file, 'utf8'), /import (?:type )?\{([^}]*)\} from '@quietgate\/core\/internal'/g),
  );
  const offered = namesIn(
    readFileSync(`${root}packages/core/src/internal.ts`, 'utf8'),
    /export \{([^}]*)\} from/g,
  );
  expect(offered.sort()).toEqual([...new Set(imported)].sort());
});

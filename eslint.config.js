import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The patterns of `no-restricted-imports` are those of .gitignore, which know no braces. */
const folders = (...names) => names.map((name) => `**/${name}/**`);

const packages = ['core', 'http-adapters', 'postgres', 'job', 'cli', 'action', 'testkit', 'bench'];

/** Imports run one way: a folder may not reach into what is built on top of it, nor a package into another one. */
const noImports = (...zones) => ({
  'no-restricted-imports': [
    'error',
    {
      patterns: [
        ...zones,
        [folders(...packages.map((name) => `${name}/src`)), 'packages are imported by name'],
      ].map(([group, message]) => ({ group: [group].flat(), message })),
    },
  ],
});

const frameworks = ['express', 'fastify', 'hono', '@hono/*'];
const drivers = ['pg', 'postgres'];
const adapters = ['express', 'fastify', 'fetch', 'node'];

const deployJob = ['quietgate', '@quietgate/action', '@quietgate/job'];

const impure = ['Date', 'performance', 'setTimeout', 'setInterval', 'fetch', 'Promise'];
// A date that was given may be read anywhere, but not the clock.
const readsClock =
  ':matches(CallExpression[callee.name=Date], NewExpression[callee.name=Date][arguments.length=0], MemberExpression[object.name=Date][property.name=now])';
const nodeOnly = ['Buffer', 'process', 'global', 'require', 'setImmediate', '__dirname'];
const domOnly = ['window', 'document', 'navigator', 'location', 'localStorage', 'XMLHttpRequest'];

export default defineConfig(
  // scripts/packed/project runs in a project of its own, against the packed packages.
  globalIgnores(['**/dist/', 'reference/', '**/.readme/', '.stryker-tmp/', 'scripts/packed/project/']),
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      // A signal's reason is passed on as it is, whatever it is.
      '@typescript-eslint/prefer-promise-reject-errors': [
        'error',
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ['packages/**/*.ts'],
    rules: noImports(),
  },
  {
    files: ['packages/core/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-globals': ['error', ...nodeOnly, ...domOnly] },
  },
  {
    files: [
      'packages/core/src/deployment.ts',
      'packages/core/src/{options,in-flight,wire,cordon,gate,hold}/**/*.ts',
    ],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...nodeOnly,
        ...domOnly,
        ...impure.filter((name) => name !== 'Date'),
      ],
      'no-restricted-syntax': ['error', { selector: readsClock, message: 'time is an argument' }],
    },
  },
  {
    files: ['packages/core/src/deployment.ts'],
    rules: noImports(['*', 'the domain types stand on nothing']),
  },
  {
    files: ['packages/core/src/options/**/*.ts'],
    rules: noImports(['../**', 'checking what a caller gave stands on nothing']),
  },
  {
    files: ['packages/core/src/in-flight/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: noImports([
      [...folders('wire', 'cordon', 'gate', 'hold', 'ask', 'wait', 'drain', 'serve'), 'p-retry'],
      'classifying and counting know only the deployment',
    ]),
  },
  {
    files: ['packages/core/src/wire/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: noImports([
      [...folders('cordon', 'gate', 'hold', 'ask', 'wait', 'drain', 'serve'), 'p-retry'],
      'the wire knows neither of its ends',
    ]),
  },
  {
    files: ['packages/core/src/cordon/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: noImports([
      [...folders('in-flight', 'gate', 'hold', 'ask', 'wait', 'drain', 'serve'), 'p-retry'],
      'the rules of leases know neither gate nor server',
    ]),
  },
  {
    files: ['packages/core/src/gate/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: noImports([
      [...folders('hold', 'ask', 'wait', 'drain', 'serve'), 'p-retry'],
      'the decision knows nothing of what asks and waits',
    ]),
  },
  {
    files: ['packages/core/src/hold/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: noImports([
      [...folders('in-flight', 'wire', 'cordon', 'gate', 'ask', 'wait', 'drain', 'serve'), 'p-retry'],
      'what joins gates knows only what they report',
    ]),
  },
  {
    files: ['packages/core/src/serve/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: noImports([
      ['**/gate/**', '**/ask/**', '**/wait/**', '!**/wait/clock.ts', 'p-retry'],
      'a server knows nothing of the gate',
    ]),
  },
  {
    files: ['packages/core/src/drain/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: noImports([
      [...folders('gate', 'serve'), '**/wait/gate-options.ts', '**/wait/wait-for-quiet.ts', 'p-retry'],
      'a drain asks a source and keeps time, but is no gate',
    ]),
  },
  {
    files: ['packages/core/src/ask/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: noImports([[...folders('wait', 'drain', 'serve'), 'p-retry'], 'asking knows nothing of waiting']),
  },
  {
    files: ['packages/http-adapters/src/{listing,endpoint,mount}/**/*.ts', 'packages/http-adapters/src/*.ts'],
    ignores: ['**/*.test.ts', '**/*.test-d.ts'],
    rules: {
      // One host's setImmediate is looked up before it is used.
      'no-restricted-globals': ['error', ...nodeOnly.filter((name) => name !== 'setImmediate'), ...domOnly],
    },
  },
  ...[
    ['listing', ['endpoint', 'mount'], 'listing knows nothing of what is answered'],
    ['endpoint', ['mount'], 'an endpoint knows no framework'],
    ['mount', [], 'a mount carries any endpoint, and no adapter'],
  ].map(([folder, above, message]) => ({
    files: [`packages/http-adapters/src/${folder}/**/*.ts`],
    ignores: ['**/*.test.ts'],
    rules: noImports(
      [[...above.map((each) => `**/${each}/**`), ...adapters.map((each) => `../${each}.ts`)], message],
      [
        [...frameworks.filter((each) => folder !== 'mount' || each !== 'fastify'), 'node:*'],
        'it runs everywhere, under any framework',
      ],
      ['**/contract/**', 'the contract is for tests'],
    ),
  })),
  ...adapters.map((name) => ({
    files: [`packages/http-adapters/src/${name}.ts`],
    rules: noImports(
      [adapters.map((each) => `./${each}.ts`), 'no adapter knows another'],
      [[...frameworks.filter((each) => each !== name), 'node:*'], 'an adapter knows its own framework alone'],
      ['**/contract/**', 'the contract is for tests'],
    ),
  })),
  {
    files: ['packages/postgres/src/**/*.ts'],
    ignores: ['**/*.test.ts', '**/*.test-d.ts'],
    rules: noImports([drivers, 'a driver is known by its shape alone: either may be missing']),
  },
  ...[
    ['database', ['cordon', 'changes', 'runs'], 'the drivers know nothing of what is asked of them'],
    ['cordon', ['changes', 'runs'], 'the cordon knows no runs'],
    ['changes', ['cordon', 'runs'], 'listening knows nothing of what changes'],
  ].map(([folder, above, message]) => ({
    files: [`packages/postgres/src/${folder}/**/*.ts`],
    ignores: ['**/*.test.ts'],
    rules: noImports(
      [folders(...above), message],
      [drivers, 'a driver is known by its shape alone: either may be missing'],
    ),
  })),
  {
    files: ['examples/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: noImports([['**/packages/**', '../../**'], 'an example imports by package name, as a user would']),
  },
  {
    files: [
      'packages/job/src/{text,plan,report}/**/*.ts',
      'packages/job/src/network/*-{for,proxy}.ts',
      'packages/job/src/check/{check,verdict,judge-*,*-checks}.ts',
    ],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-globals': ['error', ...nodeOnly, ...domOnly, ...impure] },
  },
  {
    files: ['packages/cli/src/{parse-args,help}.ts', 'packages/action/src/*.ts'],
    ignores: ['**/*.test.ts', 'packages/action/src/{main,run-step,post,end-job}.ts'],
    rules: { 'no-restricted-globals': ['error', ...nodeOnly, ...domOnly, ...impure] },
  },
  {
    files: ['packages/job/src/text/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: noImports([['../**'], 'text stands on nothing']),
  },
  {
    files: ['packages/job/src/network/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: noImports([
      [...folders('plan', 'report', 'run'), ...deployJob],
      'the way to the network knows no user',
    ]),
  },
  {
    files: ['packages/job/src/plan/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: noImports(
      [[...folders('report', 'run'), ...deployJob], 'the plan knows nothing of what is made of it'],
      [['**/network/**', '!**/network/proxy-for.ts'], 'the plan asks nobody'],
    ),
  },
  {
    files: ['packages/job/src/report/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: noImports([
      [...folders('run', 'network'), ...deployJob],
      'what is reported knows nothing of who reports it',
    ]),
  },
  {
    files: ['packages/job/src/check/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: noImports([
      [...folders('report', 'run'), ...deployJob],
      'a check knows nothing of who reports it',
    ]),
  },
  {
    files: ['packages/job/**/*.ts'],
    ignores: ['packages/job/src/{text,network,plan,report,check}/**'],
    rules: noImports([deployJob, 'the job knows nothing of the command line and the action']),
  },
  {
    files: ['packages/{cli,action}/**/*.ts'],
    rules: noImports([
      ['quietgate', '@quietgate/action'],
      'the command line and the action know each other not',
    ]),
  },
);

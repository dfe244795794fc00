import type { KnipConfig } from 'knip';

/** What is unused is removed; what knip cannot see the use of stands here, with the reason. */
const config: KnipConfig = {
  // A type that an exported function names may be named by whoever calls it.
  ignoreExportsUsedInFile: { interface: true, type: true },
  // Tools of the machine, in tests that skip with a reason where they are missing.
  ignoreBinaries: ['nginx', 'redis-server', 'unshare'],
  workspaces: {
    '.': {
      entry: [
        // Started by package.json with flags of Node's, or by another of them as a process.
        'reliability/{load,load-clients,endurance}.ts',
        'reliability/matrix/{server,smoke,worker}.ts',
        // Named in the settings of mutation runs.
        'reliability/mutants/vitest*.ts',
        'scripts/**/*.ts',
      ],
      // Copied into projects of their own, which have other dependencies.
      ignore: ['scripts/packed/project/**'],
      ignoreDependencies: [
        // Resolved as a file, and run.
        '@yarnpkg/cli-dist',
        // Imported by code of a README, which a test runs.
        'undici',
        // The types of the settings of mutation runs come with the tool itself.
        '@stryker-mutator/api',
      ],
      // Relative to the project that has one.
      ignoreUnresolved: ['test/support/build.ts', 'test/cluster.ts'],
    },
    'packages/core': { entry: ['src/{index,testing,internal}.ts', 'test/fake-timers/**/*.ts'] },
    'packages/http-adapters': {
      entry: ['src/{express,fastify,fetch,node}.ts', 'test/worker.ts'],
      ignoreDependencies: ['workerd'], // required as a program, from a module
    },
    'packages/postgres': { entry: ['test/replica.ts'] },
    'packages/testkit': { ignoreFiles: ['fixtures/held-time.d.ts'] }, // found by the JavaScript beside it
    'packages/action': { entry: ['src/{main,post}.ts'] },
    'packages/bench': { entry: ['src/servers/serve.ts'] },
    'examples/postgres': { entry: ['src/backend/{ungated,one-process,replicas}.ts'] },
    'examples/demo': { entry: ['src/{main,lying-server}.ts'] },
  },
};

export default config;

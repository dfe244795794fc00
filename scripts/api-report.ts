/**
 * Writes the public surface of each package into a file that reviews show (`pnpm api`), or compares it with that file
 * (`pnpm check:api`), from the declarations that a build has made.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
} from '@microsoft/api-extractor';

const root = fileURLToPath(new URL('..', import.meta.url));
const isCheck = process.argv.includes('--check');

/** The entries that users import; core's `internal` is none of them. */
const PUBLIC_ENTRIES = {
  core: ['index', 'testing'],
  'http-adapters': ['express', 'fastify', 'fetch', 'node'],
  postgres: ['index'],
} as const;

function configOf(name: string, entry: string): ExtractorConfig {
  const projectFolder = join(root, 'packages', name);
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder,
      mainEntryPointFilePath: join(projectFolder, `dist/${entry}.d.ts`),
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'es2023',
            module: 'nodenext',
            types: ['node'],
            strict: true,
            skipLibCheck: true,
          },
          files: [`dist/${entry}.d.ts`],
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: `${entry}.api.md`,
        reportFolder: join(projectFolder, 'api'),
        reportTempFolder: join(root, 'node_modules/.cache/api-extractor', name),
        // The parts of a type that has a public name are public with it.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      messages: {
        // Everything here is released, and the syntax of comments is for TypeDoc to judge.
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Warning },
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          'ae-undocumented': { logLevel: ExtractorLogLevel.None },
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.None },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(projectFolder, 'package.json'),
  });
}

/** Of the tool's own words only what is wrong is of interest. */
function silence(message: ExtractorMessage): void {
  message.handled =
    message.logLevel === ExtractorLogLevel.Verbose || message.logLevel === ExtractorLogLevel.Info;
}

for (const [name, entries] of Object.entries(PUBLIC_ENTRIES)) {
  mkdirSync(join(root, 'packages', name, 'api'), { recursive: true });
  const configs = entries.map((entry) => configOf(name, entry));
  const additionalEntryPoints = configs.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath);
  const [first] = configs;
  if (first === undefined) continue;
  const compilerState = CompilerState.create(first, { additionalEntryPoints });
  for (const config of configs) {
    const { succeeded, apiReportChanged } = Extractor.invoke(config, {
      localBuild: !isCheck,
      compilerState,
      messageCallback: silence,
    });
    const what = apiReportChanged
      ? 'has changed: run pnpm api, and look at what that means to users'
      : 'stands';
    console.log(
      `${name}, ${config.reportConfigs.map(({ fileName }) => fileName).join()}: the public surface ${what}`,
    );
    if (!succeeded) process.exitCode = 1;
  }
}

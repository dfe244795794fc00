import { join } from 'node:path';
import { tableRows } from '@quietgate/testkit/readme';
import ts from 'typescript';

/** Settings as they stand in a tsconfig.json. */
export type Settings = Readonly<Record<string, unknown>>;

/**
 * Compiles files of a project strictly, the declarations of the packages and of their dependency included. Returns the
 * codes of each file's errors.
 */
export type Compile = (settings: Settings, ...files: string[]) => string[][];

/** Makes a compiler for one project, which parses what several programs have in common once. */
export function createCompiler(project: string, typeRoots: string): Compile {
  const parsed = new Map<string, ts.SourceFile | undefined>();
  return (settings, ...files) => {
    const strict = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true };
    const json = { ...strict, target: 'es2023', types: [], typeRoots: [typeRoots], ...settings };
    const { options, errors } = ts.convertCompilerOptionsFromJson(json, project);
    const host = ts.createCompilerHost(options);
    const parse = host.getSourceFile.bind(host);
    host.getSourceFile = (file, version, ...more) => {
      // How your own module is read depends on the settings, but not a library that is the same in all of them.
      const key = `${file} ${JSON.stringify(version)}`;
      if (!parsed.has(key)) parsed.set(key, parse(file, version, ...more));
      return parsed.get(key);
    };
    const paths = files.map((file) => join(project, file));
    const program = ts.createProgram(paths, options, host);
    const packed = program
      .getSourceFiles()
      .filter(({ fileName }) => /\/(@quietgate|p-retry)\//.test(fileName));
    const shared = [...errors, ...program.getOptionsDiagnostics(), ...errorsIn(program, packed)];
    return paths.map((path) => {
      const own = errorsIn(program, [program.getSourceFile(path)]);
      return [...new Set([...shared, ...own].map(({ code }) => `TS${code}`))];
    });
  };
}

function errorsIn(program: ts.Program, files: readonly (ts.SourceFile | undefined)[]): ts.Diagnostic[] {
  return files.flatMap((file) => [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
  ]);
}

/** A row of the table in core's README: in which settings TypeScript finds the types, and from which kind of file. */
export interface Row {
  readonly settings: Settings;
  readonly fromModule: string;
  readonly fromCommonJs: string;
}

/** Reads that table; a row that names several values of `module` stands for as many. */
export function readRows(readme: string): Row[] {
  return tableRows(readme, 'TypeScript and CommonJS').flatMap((cells) => {
    const [modules = '', resolution = '', fromModule = '', fromCommonJs = ''] = cells;
    const [, moduleResolution] = /`(.*)`/.exec(resolution) ?? [];
    return [...modules.matchAll(/`(\w+)`/g)].map(([, module]) => ({
      settings: { module, ...(moduleResolution === undefined ? {} : { moduleResolution }) },
      fromModule,
      fromCommonJs,
    }));
  });
}

/** What a cell of that table says: the code of TypeScript's error, or that there is none. */
export function expectedIn(cell: string): string[] {
  if (cell.startsWith('yes')) return [];
  return [/TS\d+/.exec(cell)?.[0] ?? 'an error that the table names'];
}

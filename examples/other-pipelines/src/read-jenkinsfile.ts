import { fileURLToPath } from 'node:url';
import { Language, type Node, Parser } from 'web-tree-sitter';

await Parser.init();
const parser = new Parser();
const grammar = import.meta.resolve('tree-sitter-groovy/tree-sitter-groovy.wasm');
parser.setLanguage(await Language.load(fileURLToPath(grammar)));

/** What stands in each section of a Declarative Pipeline, of what a deploy job may use. */
const SECTIONS: Readonly<Record<string, readonly string[]>> = {
  Jenkinsfile: ['pipeline'],
  pipeline: ['agent', 'options', 'environment', 'stages', 'post'],
  agent: ['label', 'docker'],
  options: ['disableConcurrentBuilds', 'timeout'],
  environment: ['credentials'],
  stages: ['stage'],
  stage: ['agent', 'environment', 'steps', 'post'],
  steps: ['sh'],
  post: ['always', 'success', 'failure', 'aborted', 'cleanup'],
  always: ['sh'],
};

export interface Jenkinsfile {
  readonly problems: readonly string[];
  /** The shell commands of each section, as in `steps`. */
  readonly commands: ReadonlyMap<string, readonly string[]>;
}

/** Reads a Declarative Pipeline by a grammar of Groovy, and by the names of its sections. */
export function readJenkinsfile(text: string): Jenkinsfile {
  const tree = parser.parse(text);
  if (tree?.rootNode.hasError !== false) return { problems: ['no Groovy'], commands: new Map() };
  const problems: string[] = [];
  const commands = new Map<string, string[]>();

  const visit = (node: Node, section: string): void => {
    const name = node.childForFieldName('name')?.text;
    const isCall = node.type === 'method_invocation' || node.type === 'juxt_function_call';
    if (!isCall || name === undefined) {
      for (const child of node.namedChildren) visit(child, section);
      return;
    }
    if (SECTIONS[section]?.includes(name) !== true) problems.push(`${name} in ${section}`);
    if (name === 'sh') commands.set(section, [...(commands.get(section) ?? []), argumentOf(node)]);
    const body = node.childForFieldName('body');
    if (body !== null) visit(body, name);
  };
  visit(tree.rootNode, 'Jenkinsfile');
  return { problems, commands };
}

/** The one argument of a call, a string in single quotes, which Groovy takes as it is. */
function argumentOf(call: Node): string {
  return (call.childForFieldName('args')?.text ?? '').slice(1, -1);
}

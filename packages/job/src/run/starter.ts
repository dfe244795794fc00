import { readFileSync } from 'node:fs';

/** A process with the one that started it. */
interface Link {
  readonly pid: number;
  readonly parent: number;
}

/**
 * Watches the process that started quietgate, and those between the two that only wait for it: package managers start what
 * they run through a shell, and a step of GitHub Actions may be a script that runs another. Returns whether one of them is
 * gone, as of each call. Processes further up are looked at on Linux alone.
 */
export function watchStarter(): () => boolean {
  const links = [...linksToStarter()];
  return () => links.some(({ pid, parent }) => parentOf(pid) !== parent);
}

function* linksToStarter(pid = process.pid): Generator<Link> {
  const parent = parentOf(pid);
  if (parent === undefined) return;
  yield { pid, parent };
  if (knows(pid, 'npm_config_user_agent') || knows(parent, 'GITHUB_ACTIONS')) yield* linksToStarter(parent);
}

function parentOf(pid: number): number | undefined {
  if (pid === process.pid) return process.ppid;
  // The name of the program stands before it, in parentheses, and may hold some itself.
  const parent = /.*\) \S (\d+) /s.exec(ofProcess(pid, 'stat'))?.[1];
  return parent === undefined ? undefined : Number(parent);
}

/** Whether a process was started with a variable, which all that it starts has from it. */
function knows(pid: number, variable: string): boolean {
  return `\0${ofProcess(pid, 'environ')}`.includes(`\0${variable}=`);
}

/** A file of what Linux says about a process; empty for one that is gone, or that is somebody else's. */
function ofProcess(pid: number, file: string): string {
  // Stryker disable next-line StringLiteral: no parent and no variable is found in any other word either
  let text = '';
  try {
    text = String(readFileSync(`/proc/${pid}/${file}`));
  } catch {
    // It is gone, or somebody else's.
  }
  return text;
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** What a program took, with all that it started. */
export interface Took {
  readonly wallMs: number;
  /** Of its own and of what it started; absent where there is no `bash` to report it. */
  readonly cpuMs: number;
  /** The most that one of its processes held in memory; `NaN` where that could not be seen. */
  readonly peakMib: number;
}

/** Runs a command line in `bash`, whose `times` reports the CPU of everything that it has started. */
export async function runProgram(commandLine: string, env: NodeJS.ProcessEnv = {}): Promise<Took> {
  const startedAt = performance.now();
  const shell = spawn('bash', ['-c', `${commandLine} >&2\nstatus=$?\ntimes\nexit $status`], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  });
  let printed = '';
  shell.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const watching = new AbortController();
  const peak = peakOf(shell.pid ?? 0, watching.signal);
  const [status] = (await once(shell, 'close')) as [number | null];
  watching.abort();
  const wallMs = performance.now() - startedAt;
  if (status !== 0) throw new Error(`${commandLine} exited with ${String(status)}`);
  return { wallMs, cpuMs: cpuMs(printed), peakMib: await peak };
}

/** `times` prints two lines, the shell's own and its children's, each with the CPU of the user and of the system. */
function cpuMs(times: string): number {
  const all = [...times.matchAll(/(\d+)m([\d.]+)s/g)];
  return all.reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000,
    0,
  );
}

/** Looks at the processes below one every so often: the kernel keeps the peak of each. */
async function peakOf(pid: number, signal: AbortSignal): Promise<number> {
  let peak = NaN;
  while (!signal.aborted) {
    for (const each of await descendants(pid)) {
      const mib = await peakMib(each);
      if (mib > 0) peak = Math.max(mib, Number.isNaN(peak) ? mib : peak);
    }
    await delay(15, undefined, { signal }).catch(() => undefined);
  }
  return peak;
}

async function descendants(pid: number): Promise<number[]> {
  const folders = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    folders.map((task) => readFile(`/proc/${pid}/task/${task}/children`, 'utf8').catch(() => '')),
  );
  const children = lists.join(' ').split(' ').filter(Boolean).map(Number);
  return [...children, ...(await Promise.all(children.map(descendants))).flat()];
}

/** 0 of a process that is gone. */
async function peakMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

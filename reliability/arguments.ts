/** Reads the whole number that a script is started with; ends the process with its usage when it is none. */
export function countArgument(usage: string, fallback: number, least = 1, index = 0): number {
  const given = process.argv[2 + index] ?? String(fallback);
  if (/^\d{1,10}$/.test(given) && Number(given) >= least) return Number(given);
  console.error(`usage: ${usage}`);
  process.exit(2);
}

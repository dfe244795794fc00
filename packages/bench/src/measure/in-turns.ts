/** Measures each way once a round, so that what disturbs a round disturbs all of them. */
export async function inTurns<Name extends string, T>(
  ways: Readonly<Record<Name, () => Promise<T> | T>>,
  rounds: number,
): Promise<Readonly<Record<Name, readonly T[]>>> {
  const names = Object.keys(ways) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<Name, T[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) measured[name].push(await ways[name]());
  }
  return measured;
}

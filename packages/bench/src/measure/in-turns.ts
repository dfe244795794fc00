/** Measures each contender once a round, so that what disturbs a round disturbs all of them. */
export async function inTurns<Name extends string, T>(
  contenders: Readonly<Record<Name, () => Promise<T> | T>>,
  rounds: number,
): Promise<Readonly<Record<Name, readonly T[]>>> {
  const names = Object.keys(contenders) as Name[];
  const seen = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<Name, T[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) seen[name].push(await contenders[name]());
  }
  return seen;
}

/** One for each server of a plan, in its order. */
export type PerServer<T> = readonly [T, ...T[]];

/** Makes one for each server out of another. */
export function eachServer<T, Made>(
  [first, ...others]: PerServer<T>,
  make: (of: T) => Made,
): PerServer<Made> {
  return [make(first), ...others.map(make)];
}

/** The one for a server, by its place in the plan. */
export function ofServer<T>(each: PerServer<T>, server: number): T {
  return each[server] ?? each[0];
}

/** The first age above zero, in seconds, of an `Age` header that each cache on the way may have added to. */
export function readAge(header: string | null): number | undefined {
  return header
    ?.split(',')
    .map(Number)
    .find((seconds) => seconds > 0);
}

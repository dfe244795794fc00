/** Random numbers that are the same for the same seed, a positive integer: xorshift, 32 bits. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Makes an input that resembles one or two others. */
export function mutate(
  corpus: readonly Uint8Array[],
  dictionary: readonly string[],
  random: (below: number) => number,
): Uint8Array {
  const pick = () => corpus[random(corpus.length)] ?? new Uint8Array();
  let bytes = Buffer.from(pick());
  for (let changes = 1 + random(1 + random(6)); changes > 0; changes--) {
    const from = random(bytes.length + 1);
    const to = Math.min(bytes.length, from + random(1 + random(12)));
    const before = bytes.subarray(0, from);
    const after = bytes.subarray(to);
    const between = [
      () => Buffer.alloc(0), // cut
      () => Buffer.from([random(256)]),
      () => Buffer.from([(bytes[from] ?? 0) ^ (1 << random(8))]),
      () => Buffer.from(dictionary[random(dictionary.length)] ?? ''),
      () => Buffer.concat([bytes.subarray(from, to), bytes.subarray(from, to)]),
      () => Buffer.from(pick()).subarray(random(20)),
    ][random(6)];
    bytes = Buffer.concat([before, between?.() ?? before, after]).subarray(0, 4096);
  }
  return bytes;
}

/** Has a fault that one input in four billion brings up, and that is found only by one who sees how far an input gets. */
export function readMagic(bytes: Uint8Array): void {
  if (bytes[0] !== 0x71) return;
  if (bytes[1] !== 0x67) return;
  if (bytes[2] !== 0x00) return;
  if (bytes[3] !== 0xff) return;
  throw new Error('the planted fault');
}

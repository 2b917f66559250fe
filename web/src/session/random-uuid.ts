// Browsers give `crypto.randomUUID` to secure pages alone; LiveKit's client needs it on every page.
if (!('randomUUID' in crypto)) Object.defineProperty(crypto, 'randomUUID', { value: randomUuid });

/** A version 4 UUID, RFC 9562. */
function randomUuid(): string {
  const bytes = (globalThis.crypto as Pick<Crypto, 'getRandomValues'>).getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte, index) => mark(byte, index).toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** Sets the bits that say version and variant. */
function mark(byte: number, index: number): number {
  if (index === 6) return (byte & 0x0f) | 0x40;
  return index === 8 ? (byte & 0x3f) | 0x80 : byte;
}

const safeDigits = 15;
const zero = 48;
const minus = 45;

/** The decimal integer in `bytes[from..to)`, exact; undefined when it is none, or has more than 20 digits. */
export function integerIn(bytes: Uint8Array, from: number, to: number): number | bigint | undefined {
  const signed = bytes[from] === minus;
  const start = signed ? from + 1 : from;
  if (to <= start || to - start > 20) return undefined;
  let value = 0;
  for (let at = start; at < to; at++) {
    const digit = (bytes[at] as number) - zero;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  if (to - start > safeDigits && !Number.isSafeInteger(value))
    return BigInt(String.fromCharCode(...bytes.subarray(from, to)));
  return signed && value > 0 ? -value : value;
}

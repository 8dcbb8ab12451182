/** What a compiled pattern is made of: bytes as they are (0 to 255), these two, and from `firstClass` on the classes. */
export const anyByte = 256;
export const anyBytes = 257;
export const firstClass = 258;

export interface GlobTokens {
  tokens: Int32Array;
  /** For each class 256 flags: whether it has the byte. */
  classes: readonly Uint8Array[];
}

const [asterisk, question, open, close, caret, hyphen, backslash] = Buffer.from('*?[]^-\\') as unknown as readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/**
 * Reads a pattern as `KEYS` and `SCAN MATCH` do, odd cases included: there is no malformed pattern, an unclosed class
 * ends with the pattern, and a backslash at the very end is itself. https://redis.io/docs/latest/commands/keys/
 */
export function readGlob(pattern: Buffer): GlobTokens {
  const tokens: number[] = [];
  const classes: Uint8Array[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const byte = pattern[at] as number;
    if (byte === asterisk) {
      if (tokens.at(-1) !== anyBytes) tokens.push(anyBytes);
    } else if (byte === question) tokens.push(anyByte);
    else if (byte === open) {
      const read = readClass(pattern, at + 1);
      tokens.push(firstClass + classes.push(read.members) - 1);
      at = read.end;
    } else tokens.push(byte === backslash && at + 1 < pattern.length ? (pattern[++at] as number) : byte);
  }
  return { tokens: Int32Array.from(tokens), classes };
}

/** @param from behind the opening bracket @returns `end`: of the closing one, or of the pattern where it lacks */
function readClass(pattern: Buffer, from: number): { members: Uint8Array; end: number } {
  const negated = pattern[from] === caret;
  const members = new Uint8Array(256);
  let at = negated ? from + 1 : from;
  for (; at < pattern.length && pattern[at] !== close; at++) {
    const left = pattern.length - at;
    if (pattern[at] === backslash && left >= 2) members[pattern[++at] as number] = 1;
    else if (pattern[at + 1] === hyphen && left >= 3) {
      addRange(members, pattern[at] as number, pattern[at + 2] as number);
      at += 2;
    } else members[pattern[at] as number] = 1;
  }
  return { members: negated ? members.map(member => 1 - member) : members, end: at };
}

/** Bytes from 128 on are below 0 to Redis, whose `char` is signed; the ends may come in either order. */
function addRange(members: Uint8Array, one: number, other: number): void {
  const [first, last] = [(one << 24) >> 24, (other << 24) >> 24].sort((a, b) => a - b) as [number, number];
  for (let value = first; value <= last; value++) members[value & 255] = 1;
}

const most = 1024;
const capitals = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 97 && byte <= 122 ? byte - 32 : byte));

/** Names of commands as strings, in capitals; the same string again and again, so that none is made for each command. */
export class CommandNames {
  readonly #known = new Map<number, string>();

  /** Of the name that stands from `from` to `to`, in whichever letters. */
  of(bytes: Uint8Array, from: number, to: number): string {
    let hash = to - from;
    for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + (capitals[bytes[at] as number] as number)) | 0;
    const known = this.#known.get(hash);
    if (known !== undefined && isAt(known, bytes, from, to)) return known;
    const name = Buffer.from(bytes.subarray(from, to)).toString('latin1').toUpperCase();
    if (this.#known.size < most) this.#known.set(hash, name);
    return name;
  }
}

function isAt(name: string, bytes: Uint8Array, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let at = from; at < to; at++) if (name.charCodeAt(at - from) !== capitals[bytes[at] as number]) return false;
  return true;
}

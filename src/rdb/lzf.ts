import { RdbError } from './rdb-error.js';

const longest = 7;

/**
 * Expands LZF: literal runs of up to 32 bytes, and references up to 8 KiB back.
 * @param from where the compressed bytes begin, which end at `to`
 * @param into exactly as long as the result must be
 * @param position of `bytes[0]` in the snapshot, for errors
 * @throws RdbError what doesn't give exactly that many bytes
 */
export function expand(bytes: Buffer, from: number, to: number, into: Buffer, position: number): void {
  let at = from;
  let out = 0;
  while (at < to) {
    const control = bytes[at++] as number;
    if (control < 32) {
      const size = control + 1;
      if (at + size > to || out + size > into.length) throw damaged(position + at);
      for (const end = at + size; at < end; ) into[out++] = bytes[at++] as number;
      continue;
    }
    let size = (control >> 5) + 2;
    if (control >> 5 === longest) size += bytes[at++] as number;
    let back = out - ((control & 31) << 8) - (bytes[at++] as number) - 1;
    if (at > to || back < 0 || out + size > into.length) throw damaged(position + at);
    for (const end = out + size; out < end; ) into[out++] = into[back++] as number;
  }
  if (out !== into.length) throw damaged(position + at);
}

const damaged = (position: number): RdbError => new RdbError(position, 'compressed bytes that are damaged');

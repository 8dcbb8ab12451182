const slots = 16_384;
const openBrace = 123;
const closeBrace = 125;

/** CRC16 of XMODEM (polynomial 0x1021), as the cluster specification has it. */
const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/**
 * The cluster slot of the key in `bytes[from..to)`, 0 to 16383. Only what is between the first `{` and the first `}`
 * after it counts, unless that is nothing. https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/
 */
export function keySlot(bytes: Uint8Array, from = 0, to = bytes.length): number {
  const open = find(bytes, openBrace, from, to);
  const close = find(bytes, closeBrace, open + 1, to);
  const tagged = close < to && close > open + 1;
  return crc16(bytes, tagged ? open + 1 : from, tagged ? close : to) % slots;
}

const tags: string[] = [];
let tried = 0;

/** A short text of digits in that slot: between braces it takes any key there. */
export function tagOfSlot(slot: number): string {
  for (; tags[slot] === undefined; tried++) tags[keySlot(Buffer.from(String(tried)))] ??= String(tried);
  return tags[slot] as string;
}

/** @returns `to` when it isn't there */
function find(bytes: Uint8Array, byte: number, from: number, to: number): number {
  for (let at = from; at < to; at++) if (bytes[at] === byte) return at;
  return to;
}

function crc16(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at++)
    crc = ((crc << 8) & 0xffff) ^ (table[(crc >> 8) ^ (bytes[at] as number)] as number);
  return crc;
}

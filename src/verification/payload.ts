/** Where a DUMP payload is: type byte, value, 2 bytes of RDB version, 8 bytes of CRC64. */
export interface Place {
  from: number;
  to: number;
}

const footerBytes = 10;

/** Type bytes up to here mean the same in every RDB version; later ones differ between Redis and Valkey. */
export const lastCommonType = 21;

/** Whether two payloads hold the same value, byte for byte; their RDB versions may differ. */
export function sameBody(source: Buffer, one: Place, target: Buffer, other: Place): boolean {
  if (one.to - one.from !== other.to - other.from) return false;
  const footer = (source[one.from] as number) <= lastCommonType ? footerBytes : 0;
  return source.compare(target, other.from, other.to - footer, one.from, one.to - footer) === 0;
}

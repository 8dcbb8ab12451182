/** What one reply may hold, so that a hostile or broken server can't fill the memory. */
export interface RespLimits {
  /** Bytes of one bulk string. @default 512 MiB, the servers' own `proto-max-bulk-len` */
  bulkBytes: number;
  /** Bytes of one reply with everything in it. @default 1 GiB */
  replyBytes: number;
  /** Elements of one reply, nested ones counted. @default 8 Mi */
  elements: number;
  /** Arrays within arrays. @default 32 */
  depth: number;
  /** Bytes of a line: a simple string, an error, a length. @default 64 KiB */
  lineBytes: number;
}

export const defaultLimits: RespLimits = {
  bulkBytes: 512 << 20,
  replyBytes: 1 << 30,
  elements: 8 << 20,
  depth: 32,
  lineBytes: 64 << 10,
};

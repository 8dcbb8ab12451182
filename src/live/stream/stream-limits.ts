export interface StreamLimits {
  /** Bytes of a command that is held whole. Of a bigger one only the small words are kept. @default 32 MiB */
  commandBytes: number;
  /** What a small word is, in bytes. @default 64 KiB */
  wordBytes: number;
  /** Words of a command whose places are kept. @default 4 Mi */
  words: number;
}

export const defaultLimits: StreamLimits = { commandBytes: 32 << 20, wordBytes: 64 << 10, words: 4 << 20 };

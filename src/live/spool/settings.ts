/** How a spool keeps what it gets; the worker's configuration. */
export interface SpoolSettings {
  /** The most that the stream may take on the disk, in bytes; the snapshot's file comes on top. @default 16 GiB */
  maxBytes: number;
  /** Bytes of a file of the stream, which is trimmed file by file: at most a quarter of `maxBytes`. @default 64 MiB */
  segmentBytes: number;
  /** When what was received is on the disk for sure. `never`: when the machine gets to it. @default 'second' */
  fsync: 'second' | 'always' | 'never';
  /** The newest bytes, which readers get from memory. @default 8 MiB */
  memoryBytes: number;
  /** Bytes that may wait to be written before the source has to. @default 8 MiB */
  unwrittenBytes: number;
  /** How long it waits for room on a full disk before it looks again, in ms. @default 1000 */
  retryMs: number;
  /** 32 bytes: stream and snapshot are encrypted by keys that are derived from it, AES-256. @default none */
  key: Buffer | null;
  /**
   * Whether a record may be the last one after a crash, by its bytes of the stream: what is behind the last such one goes,
   * as a torn one does. @default any
   */
  endsWell: ((bytes: Buffer) => boolean) | null;
  /** Told when the spool is full, and null when there is room again. */
  onFull(full: SpoolFull | null): void;
}

/** Nothing more is written until there is room: the source waits. */
export interface SpoolFull {
  /** `limit`: by `maxBytes`, until what was applied may be trimmed. `disk`: the file system has no room. */
  why: 'limit' | 'disk';
  /** Unix ms. */
  since: number;
}

const gib = 1 << 30;

/** Four files with one block of records each. */
const leastBytes = 1 << 19;

const defaults: SpoolSettings = {
  maxBytes: 16 * gib,
  segmentBytes: 64 << 20,
  fsync: 'second',
  memoryBytes: 8 << 20,
  unwrittenBytes: 8 << 20,
  retryMs: 1000,
  key: null,
  endsWell: null,
  onFull: () => {},
};

export function withDefaults(settings: Partial<SpoolSettings>): SpoolSettings {
  const all = { ...defaults, ...settings };
  if (all.maxBytes < leastBytes) throw new Error(`a spool of ${all.maxBytes} bytes can't hold a stretch of a stream`);
  // What is trimmed file by file must always have one that can go.
  return { ...all, segmentBytes: Math.min(all.segmentBytes, Math.floor(all.maxBytes / 4)) };
}

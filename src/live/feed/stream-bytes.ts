/**
 * Bytes of a replication stream by their offsets, as a master that may be asked for them again keeps them. The offset
 * of a stream's first byte is that of the last one before it, plus one.
 */
export interface StreamBytes {
  /** The last offset before the bytes that are kept. */
  readonly start: number;
  /** The offset of the last byte that may be sent. */
  readonly end: number;
  /** @param from the offset of the last byte that is there already */
  reader(from: number): StreamBytesReader;
}

export interface StreamBytesReader {
  /** The next ones, as soon as there are any; valid until it is called again. Rejects with the signal's reason. */
  next(signal: AbortSignal): Promise<Buffer>;
  close(): Promise<void>;
}

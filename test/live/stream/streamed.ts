import { StreamReader } from '../../../src/live/stream/index.js';
import type { StreamCommand } from '../../../src/live/stream-command.js';
import { encodeCommand } from '../../../src/resp/encode.js';

export interface Streamed {
  arrivedAt?: number;
  db?: number;
  offset?: number;
}

/** A command as a reader gives it. Words are cut at blanks; latin1. */
export function streamed(line: string, { arrivedAt = 0, db = 0, offset = 0 }: Streamed = {}): StreamCommand {
  const reader = new StreamReader({ offset, db });
  reader.push(encodeCommand(line.split(' ').map(word => Buffer.from(word, 'latin1'))), arrivedAt);
  return reader.next() as StreamCommand;
}

/** The commands that bytes are, as lines of words. */
export function lines(bytes: Buffer): string[] {
  const reader = new StreamReader({ offset: 0, db: 0 });
  reader.push(bytes, 0);
  const found: string[] = [];
  for (let command = reader.next(); command; command = reader.next()) found.push(wordsOf(command).join(' '));
  return found;
}

/** Latin1; a word that was let go is null. */
export function wordsOf({ words, bytes, from, to }: StreamCommand): (string | null)[] {
  const word = (at: number) => ((from[at] as number) >= 0 ? bytes.toString('latin1', from[at], to[at]) : null);
  return Array.from({ length: words }, (_, at) => word(at));
}

import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { OperationName } from './write-operation.js';

/** One write as its writer saw it. */
export interface JournalEntry {
  writer: number;
  /** `acked`: the server said so. `ambiguous`: the connection was lost before the reply. */
  outcome: 'acked' | 'ambiguous';
  operation: OperationName;
  key: string;
  seq: number;
  /** `host:port` that it was sent to. */
  server: string;
  /** When it was sent, and when the reply (or the loss) came: microseconds of `now()`. */
  sentAt: number;
  at: number;
}

/** Appends entries to a file, some 64 KB at a time. */
export class JournalFile {
  readonly #file: number;
  #lines = '';

  constructor(path: string) {
    this.#file = openSync(path, 'ax', 0o600);
  }

  add({ outcome, operation, key, seq, server, sentAt, at }: Omit<JournalEntry, 'writer'>): void {
    this.#lines += `${outcome} ${operation} ${key} ${seq} ${server} ${sentAt} ${at}\n`;
    if (this.#lines.length > 65_536) this.flush();
  }

  flush(): void {
    writeSync(this.#file, this.#lines);
    this.#lines = '';
  }

  close(): void {
    this.flush();
    closeSync(this.#file);
  }
}

/** Reads the file of `writer` back, in its order. Only once it is closed. */
export function readJournalFile(path: string, writer: number): JournalEntry[] {
  const lines = readFileSync(path, 'latin1').split('\n');
  if (lines.pop() !== '') throw new Error(`${path} ends within an entry`);
  return lines.map(line => {
    const [outcome, operation, key, seq, server, sentAt, at] = line.split(' ') as Fields;
    return { writer, outcome, operation, key, server, seq: Number(seq), sentAt: Number(sentAt), at: Number(at) };
  });
}

type Fields = [JournalEntry['outcome'], OperationName, string, string, string, string, string];

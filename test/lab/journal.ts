import { type JournalEntry, readJournalFile } from './journal-file.js';
import type { WriterProgress } from './writer-messages.js';

/** What all the writers of one run saw. */
export class Journal {
  #entries: JournalEntry[] | undefined;

  constructor(
    /** One a writer, until this process ends. */
    readonly files: readonly string[],
    readonly totals: Omit<WriterProgress, 'ended'>,
  ) {}

  /** Writer by writer, each in its order. */
  get entries(): readonly JournalEntry[] {
    this.#entries ??= this.files.flatMap((file, writer) => readJournalFile(file, writer));
    return this.#entries;
  }
}

import type { StreamCommand } from '../stream-command.js';
import type { KeySpec } from './key-places.js';
import type { TargetWriter } from './target-writer.js';

/** `done`: what the target needs is written; `same`: the command itself will do; `nothing`; `fetch`: it can't be said. */
export type Rewritten = 'done' | 'same' | 'nothing' | 'fetch';

/** Writes a command of which all keys are on the target. Decides before it writes. */
export type Rewrite = (command: StreamCommand, writer: TargetWriter) => Rewritten;

/** What `TYPE` says, with the module types of the server itself. */
export type KeyType = 'string' | 'list' | 'set' | 'zset' | 'hash' | 'stream' | 'vectorset';

/** A row of the table of commands that write keys. */
export interface Row {
  keys: KeySpec;
  /** What the keys are before or after it, one of these; null: anything. */
  types: readonly KeyType[] | null;
  /** The key it writes is this type afterwards, whatever it was. */
  overwrites: boolean;
  /** Keys stand for themselves, each with the words behind it up to so many; 0: they belong together. */
  cut: number;
  /** Where its key isn't there, it does nothing. */
  harmless: boolean;
  /** A name under which the rest of a cut command does the same. */
  cutAs: string | null;
  /** Null: as it is. */
  rewrite: Rewrite | null;
}

export type Rows = Record<string, Row>;

const plain: Omit<Row, 'keys'> = {
  types: null,
  overwrites: false,
  cut: 0,
  cutAs: null,
  harmless: false,
  rewrite: null,
};

/** Rows of keys of some types. */
export const rowOf =
  (...types: readonly KeyType[]) =>
  (keys: KeySpec, more: Partial<Row> = {}): Row => ({
    ...plain,
    types: types.length > 0 ? types : null,
    keys,
    ...more,
  });

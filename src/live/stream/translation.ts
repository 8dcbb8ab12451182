/** A key as the source calls it. */
export interface SourceKey {
  /** The source's database. */
  db: number;
  key: Buffer;
}

/** What a command of the stream means for the target. */
export type Translation =
  /** So many commands were written, to be answered with so many replies. */
  | { readonly kind: 'commands'; readonly count: number; readonly note?: string }
  /** Nothing to be done. With a note: what is left out, in words that are the same again and again. */
  | { readonly kind: 'nothing'; readonly note?: string }
  /** The stream can't express it: these selected keys, one at least, are to be read from the source as they are now. */
  | { readonly kind: 'fetch'; readonly keys: readonly SourceKey[] }
  /** What follows, up to `exec`, is one transaction. Both write nothing. */
  | { readonly kind: 'multi' }
  | { readonly kind: 'exec' }
  /** All selected keys of this database of the source are gone; null: of all databases. */
  | { readonly kind: 'sweep'; readonly db: number | null }
  /** Only a fresh snapshot can tell what the target must hold now. */
  | { readonly kind: 'resync'; readonly why: string }
  /** A command that is in no table: whether it writes, and what, isn't known. */
  | { readonly kind: 'unknown'; readonly name: string };

const written = Array.from({ length: 64 }, (_, count): Translation => ({ kind: 'commands', count }));

/** No object is made for the usual ones. */
export const commands = (count: number, note?: string): Translation =>
  (note === undefined && written[count]) || { kind: 'commands', count, ...(note === undefined ? {} : { note }) };
export const nothing: Translation = { kind: 'nothing' };
/** For one of which not enough is known to say more. */
export const tooBig = (name: string): Translation => ({
  kind: 'resync',
  why: `a ${name} of the source was too big to be held`,
});
export const multi: Translation = { kind: 'multi' };
export const exec: Translation = { kind: 'exec' };

import { ownPrefix } from '../../contract/own-prefix.js';
import type { ByteBuilder } from '../../resp/bytes.js';
import { appendCommand } from '../../resp/encode.js';
import type { FetchedKey } from '../checkpoint.js';

/** A place in the target's stream. */
export interface TargetPlace {
  replicationId: string;
  /** Of the last byte that was read. */
  offset: number;
  /** The database that is selected there. */
  db: number;
}

/** What a mark says. */
export interface Mark extends TargetPlace {
  /** Keys whose value was read from the target, by the target's names: what its stream says of them until then is skipped. */
  fetched: FetchedKey[];
}

const title = `${ownPrefix}at `;
const sizeDigits = 8;
/** What a mark ends with: its size, and the end of the word. */
const footer = sizeDigits + 2;

/** How long it is at least. */
export const leastMark = footer + title.length;

/**
 * Says within the source's own stream up to where the target's is in it: so that both are on the disk at once, or neither
 * is. A PING, which a replica takes from its master and does nothing.
 */
export function appendMark(into: ByteBuilder, mark: Mark): void {
  const text = title + JSON.stringify(mark);
  appendCommand(into, ['PING', text + String(text.length + sizeDigits).padStart(sizeDigits, '0')]);
}

/** The mark that the bytes end with; undefined: with none, or not with all of one. */
export function readMark(bytes: Buffer): Mark | undefined {
  const size = Number(bytes.toString('latin1', bytes.length - footer, bytes.length - 2));
  const from = bytes.length - 2 - size;
  if (!(size >= title.length + sizeDigits) || from < 0) return undefined;
  if (bytes.toString('latin1', from, from + title.length) !== title) return undefined;
  return JSON.parse(bytes.toString('utf8', from + title.length, bytes.length - footer));
}

import type { ReplyCursor } from '../../keys/reply-cursor.js';
import { Window } from '../window.js';
import type { Building } from './building.js';
import type { Maker, Piece } from './piece.js';
import type { Reading } from './reading.js';

/** Elements stay bytes, without an object for each, so a piece takes more of them than a comparison does. */
export const copyWindow = (most = 2000): Window => new Window({ first: 1, growth: 16, most });

/** Elements of a page, and what else is to be written with them. */
type Beyond = (page: ReplyCursor, words: number) => Promise<(piece: Piece) => void>;

interface Collection {
  /** HSCAN, SSCAN, ZSCAN */
  scan: string;
  maker: Maker;
  /** Elements of a page. */
  most?: number;
  beyond?: Beyond | undefined;
}

/**
 * Copies a collection without an order; a scan may give an element twice, which does no harm.
 * @returns nothing that the target can't hold
 */
export async function copyElements(
  from: Reading,
  to: Building,
  { scan, maker, most, beyond }: Collection,
): Promise<string[]> {
  const window = copyWindow(most);
  let cursor = '0';
  do {
    const at = cursor;
    const page = await from.readWindow(window, size => [scan, from.key, at, 'COUNT', size]);
    page.next();
    page.next();
    cursor = page.bytes.toString('latin1', page.from, page.to);
    page.next();
    const words = page.value;
    if (words === 0) continue;
    const more = await beyond?.(page.fork(), words);
    await to.write(piece => {
      piece.make(maker, to.key, page, words);
      more?.(piece);
    });
  } while (cursor !== '0');
  return [];
}

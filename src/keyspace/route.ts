import type { RoutedBatch } from '../cluster/index.js';
import { keySlot } from '../keys/hash-slot.js';
import { ReplyCursor } from '../keys/reply-cursor.js';

/** Commands whose key comes after a subcommand. */
const containers = ['OBJECT', 'MEMORY', 'XINFO', 'XGROUP'].map(name => Buffer.from(name));

/**
 * Finds the slot of each command in an encoded request: that of its first key. What has no key goes where the next
 * command goes, so that TIME is told by the node that PTTL is asked of.
 */
export function route(request: Buffer, into: RoutedBatch): RoutedBatch {
  const word = new ReplyCursor(request);
  const { wire } = into.clear();
  wire.append(request);
  let withoutKey: number[] = [];
  while (!word.atEnd) {
    word.next();
    const words = word.value;
    word.next();
    const before = containers.some(name => isWord(word, name)) ? 2 : 1;
    const slot = words > before ? slotOf(word, before) : undefined;
    for (let rest = words - 1 - (slot === undefined ? 0 : before); rest > 0; rest--) word.next();
    if (slot === undefined) withoutKey.push(word.end);
    else {
      for (const end of withoutKey) into.addUpTo(end, slot);
      withoutKey = [];
      into.addUpTo(word.end, slot);
    }
  }
  for (const end of withoutKey) into.addUpTo(end, 0);
  return into;
}

function slotOf(word: ReplyCursor, before: number): number {
  for (let skip = before; skip > 0; skip--) word.next();
  return keySlot(word.bytes, word.from, word.to);
}

const isWord = ({ bytes, from, to }: ReplyCursor, name: Buffer): boolean =>
  bytes[from] === name[0] && to - from === name.length && bytes.compare(name, 0, name.length, from, to) === 0;

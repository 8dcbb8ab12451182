import type { KeyBatch } from '../keys/key-batch.js';
import { ReplyCursor } from '../keys/reply-cursor.js';
import { KeyCommand } from '../resp/encode.js';
import { askBoth } from './ask-both.js';
import { onlyOneSide } from './difference.js';
import type { Looking } from './look.js';
import { noKey } from './names.js';
import type { Session } from './session.js';

const type = new KeyCommand(['TYPE']);

/**
 * With a filter of types, a key of the source that has another one is as good as absent; and the target may have one of
 * that name which is of no concern. So types are asked for first.
 * @param scanned whose keys they are: what only the target has is counted when that is scanned, or looked at again
 */
export function byType(looking: Looking, types: ReadonlySet<string>, scanned: 'source' | 'target' | 'both'): Looking {
  const names = [...types].map(name => Buffer.from(name));
  return async (session, keys, look) => {
    const { selected, strays } = await divide(session, keys, names);
    if (selected.length > 0) await looking(session, selected.length < keys.count ? keys.select(selected) : keys, look);
    if (scanned === 'source') return;
    look.compared += strays.length;
    for (const index of strays) look.differences.push(onlyOneSide(session, keys.key(index), 'extra', noKey));
  };
}

/** @returns indexes: of keys that the source has in a selected type, and of strays, which only the target has in one */
async function divide(session: Session, keys: KeyBatch, names: readonly Buffer[]) {
  const [selected, strays]: [number[], number[]] = [[], []];
  await session.slots.use(async slot => {
    await askBoth(session, slot, keys, {
      name: 'TYPE',
      write: (into, named) => named.appendTo(into, type),
      replies: keys.count,
    });
    const [source, target] = [new ReplyCursor(slot.source.view()), new ReplyCursor(slot.target.view())];
    for (let index = 0; index < keys.count; index++) {
      source.next();
      target.next();
      if (isOneOf(names, source) && session.absent !== 'source') selected.push(index);
      else if (isOneOf(names, target) && session.absent !== 'target') strays.push(index);
    }
  });
  return { selected, strays };
}

/** The reply is `+<type>\r\n`. */
const isOneOf = (names: readonly Buffer[], { bytes, start, to }: ReplyCursor): boolean =>
  names.some(name => name.length === to - start - 1 && name.compare(bytes, start + 1, to) === 0);

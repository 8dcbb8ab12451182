import type { KeyBatch } from '../keys/key-batch.js';
import { ReplyCursor } from '../keys/reply-cursor.js';
import { KeyCommand } from '../resp/encode.js';
import { refused } from '../resp/failure.js';
import { firstError } from '../resp/first-error.js';
import type { CopySession } from './session.js';

const type = new KeyCommand(['TYPE']);

/** The keys of these types. A key that is gone has none. @param types null: all */
export async function ofTypes(
  session: Pick<CopySession, 'source' | 'slots'>,
  keys: KeyBatch,
  types: ReadonlySet<string> | null,
): Promise<KeyBatch> {
  if (types === null || keys.count === 0) return keys;
  const names = [...types].map(name => Buffer.from(name));
  return session.slots.use(async slot => {
    keys.appendTo(slot.request.clear(), type);
    const { errors } = await session.source.rawBytes(slot.request.view(), keys.count, slot.source.clear());
    if (errors > 0) throw refused(session.source.endpoint, 'TYPE', firstError(slot.source.view()));
    const reply = new ReplyCursor(slot.source.view());
    const chosen: number[] = [];
    for (let index = 0; index < keys.count; index++) {
      reply.next();
      if (names.some(name => isText(reply, name))) chosen.push(index);
    }
    return chosen.length === keys.count ? keys : keys.select(chosen);
  });
}

/** Whether a simple string says this: it stands behind the `+`. */
const isText = ({ bytes, start, to }: ReplyCursor, name: Buffer): boolean =>
  bytes.compare(name, 0, name.length, start + 1, to) === 0;

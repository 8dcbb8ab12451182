import type { KeyBatch } from '../../keys/key-batch.js';
import { ReplyCursor } from '../../keys/reply-cursor.js';
import { KeyCommand } from '../../resp/encode.js';
import { refused } from '../../resp/failure.js';
import { firstError } from '../../resp/first-error.js';
import type { Lane } from '../lane.js';

const exists = new KeyCommand(['EXISTS']);

/** Which of the keys the source still has: their indexes. */
export const onSource = ({ session }: Lane, keys: KeyBatch): Promise<number[]> =>
  session.slots.use(async ({ request, source: replies }) => {
    const { source } = session;
    keys.appendTo(request.clear(), exists);
    const { errors } = await source.rawBytes(request.view(), keys.count, replies.clear());
    if (errors > 0) throw refused(source.endpoint, 'EXISTS', firstError(replies.view()));
    const reply = new ReplyCursor(replies.view());
    const there: number[] = [];
    for (let index = 0; index < keys.count; index++) {
      reply.next();
      if (reply.value === 1) there.push(index);
    }
    return there;
  });

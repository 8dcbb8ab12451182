import type { KeyBatch } from '../keys/key-batch.js';
import type { Slot } from '../keys/slots.js';
import type { ByteBuilder } from '../resp/bytes.js';
import type { RawReplies } from '../resp/expected.js';
import { refused } from '../resp/failure.js';
import { firstError } from '../resp/first-error.js';
import type { RespError } from '../resp/reply.js';
import type { Session } from './session.js';

type Side = 'source' | 'target';

/** Commands about a batch of keys. */
export interface Question {
  /** What a refusal names. */
  name: string;
  write(into: ByteBuilder, keys: KeyBatch): void;
  replies: number;
  /** Bytes of replies that are kept of one side. @default all */
  limit?: number;
  /** Hears of the first error reply. @default it is thrown as what users see */
  onRefusal?(side: Side, error: RespError): void;
}

/** Asks both sides the same about the same keys, each by its own names. The replies stand in the slot afterwards. */
export async function askBoth(
  session: Session,
  slot: Slot,
  keys: KeyBatch,
  question: Question,
): Promise<Record<Side, RawReplies>> {
  question.write(slot.request.clear(), keys);
  if (!session.renames) return send(session, slot, slot.request, question);
  return session.slots.use(({ request }) => {
    question.write(request.clear(), session.namesOn('target', keys));
    return send(session, slot, request, question);
  });
}

async function send(session: Session, slot: Slot, toTarget: ByteBuilder, question: Question) {
  const { name, replies, limit, onRefusal } = question;
  const ask = async (side: Side, request: ByteBuilder): Promise<RawReplies> => {
    const connection = session[side];
    const answered = await connection.rawBytes(request.view(), replies, slot[side].clear(), limit);
    if (answered.errors === 0) return answered;
    const error = firstError(slot[side].view());
    if (!onRefusal) throw refused(connection.endpoint, name, error);
    onRefusal(side, error);
    return answered;
  };
  const [source, target] = await Promise.all([ask('source', slot.request), ask('target', toTarget)]);
  return { source, target };
}

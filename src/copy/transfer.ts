import type { KeyBatch } from '../keys/key-batch.js';
import { ReplyCursor } from '../keys/reply-cursor.js';
import type { Slot } from '../keys/slots.js';
import { refused } from '../resp/failure.js';
import { firstError } from '../resp/first-error.js';
import type { Lane } from './lane.js';
import type { Outcome } from './outcome.js';
import { ReadKeys } from './read-keys.js';
import { errorIn, isForeign, isForeignVersion } from './restore-errors.js';
import type { CopySession } from './session.js';

/** Payloads beyond this are dropped: the weighing was wrong, or impossible. */
const mostBytes = 4 << 20;

/** Keys that can't be copied by DUMP and RESTORE. */
export interface Left {
  /** Their payload is too big to be held. */
  big: Buffer[];
  /** The target does not understand their payload. */
  foreign: Buffer[];
}

/**
 * Copies keys by DUMP and RESTORE. Each key stands on the target as a whole, or isn't counted.
 * @throws MigrationError what either server refused; then nothing of the batch is counted
 */
export async function transfer(lane: Lane, keys: KeyBatch, outcome: Outcome, left: Left): Promise<void> {
  const whole = await lane.session.slots.use(async slot => {
    if (!(await read(lane, keys, slot, outcome))) return false;
    await write(lane, keys, slot, outcome, left);
    return true;
  });
  if (whole) return;
  if (keys.count === 1) left.big.push(keys.key(0));
  else for (let index = 0; index < keys.count; index++) await transfer(lane, keys.select([index]), outcome, left);
}

/** @returns whether all the replies were kept */
async function read({ session, pace, signal }: Lane, keys: KeyBatch, slot: Slot, outcome: Outcome): Promise<boolean> {
  const { source, question } = session;
  const replies = question.appendTo(slot.request.clear(), keys);
  const { errors, whole, bytes } = await source.rawBytes(slot.request.view(), replies, slot.source.clear(), mostBytes);
  if (errors > 0) throw refused(source.endpoint, 'DUMP', firstError(slot.source.view()));
  if (!whole) return false;
  outcome.counts.bytes += bytes;
  await pace.bytes.take(bytes, signal);
  return true;
}

async function write({ session }: Lane, keys: KeyBatch, slot: Slot, outcome: Outcome, left: Left): Promise<void> {
  const { target, restore } = session;
  const sent = restore.write(slot.request.clear(), keys, slot.source.view());
  const { errors } = await target.rawBytes(slot.request.view(), sent, slot.target.clear());
  outcome.counts.gone += keys.count - sent;
  if (errors > 0) judge(session, keys, slot, outcome, left);
  else outcome.counts.copied += sent;
}

/** Looks at each key's reply. */
function judge(session: CopySession, keys: KeyBatch, slot: Slot, { counts }: Outcome, left: Left): void {
  const read = new ReadKeys(slot.source.view(), session.features);
  const reply = new ReplyCursor(slot.target.view());
  let understood = false;
  for (let index = 0; index < keys.count; index++) {
    read.next();
    if (read.gone) continue;
    reply.next();
    const error = errorIn(reply);
    if (!error) counts.copied++;
    else if (error.code === 'BUSYKEY') counts.skipped++;
    else if (isForeign(error)) left.foreign.push(keys.key(index));
    else throw refused(session.target.endpoint, 'RESTORE', error);
    understood ||= !error || !isForeignVersion(error);
  }
  session.foreign ||= !understood;
}

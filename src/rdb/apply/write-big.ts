import { MigrationError } from '../../contract/errors.js';
import { Outcome } from '../../copy/outcome.js';
import { showKey } from '../../keys/key-name.js';
import type { Pace } from '../../keys/pace.js';
import { nameOf, refused } from '../../resp/failure.js';
import { RespError } from '../../resp/reply.js';
import { Building } from '../../values/copy/building.js';
import { ValueChanged } from '../../values/copy/changed.js';
import type { Emit } from '../decode/decoder.js';
import { ElementWriter } from './element-writer.js';
import type { FileSource } from './file-source.js';
import { PendingIds } from './pending-ids.js';
import type { ApplyRequest } from './request.js';
import type { ApplySession } from './session.js';

/** Read at a time: compressed bytes may hold 88 times as many. */
const pieceBytes = 64 << 10;

export interface BigValue {
  /** At the value, which it goes past. */
  source: FileSource;
  /** The key's name on the target, and its database there. */
  place: Buffer;
  db: number;
  /** Unix ms; null: none. */
  expireAt: number | null;
}

/**
 * Makes a value of any size on the target piece by piece, out of as much of the snapshot as a piece needs.
 * @throws MigrationError; RdbError; the signal's reason
 */
export async function writeBig(
  session: ApplySession,
  { source, place, db, expireAt }: BigValue,
  onConflict: ApplyRequest['onConflict'],
  { pace, signal }: { pace: Pace; signal: AbortSignal },
): Promise<Outcome> {
  const { type } = source.reader.type;
  const pending = type === 'stream' ? await pendingOf(source.again()) : [];
  const connection = await session.building(db);
  const building = await Building.begin(connection, place);
  const writer = new ElementWriter(building.key, type, session.features.abilities, pending, session.expiryShiftMs);
  try {
    await eachPiece(
      source,
      element => writer.add(element),
      async () => {
        signal.throwIfAborted();
        await writeAll(writer, building, pace, signal);
      },
    );
    writer.end();
    await writeAll(writer, building, pace, signal);
    const outcome = new Outcome();
    outcome.counts[await building.finish(expireAt, onConflict === 'replace')]++;
    outcome.counts.inPieces = outcome.counts.copied;
    outcome.counts.bytes = building.bytes;
    outcome.unheld.push(...[...writer.unheld].map(what => `${type} ${showKey(place)}: ${what}`));
    return outcome;
  } catch (error) {
    await building.giveUp();
    throw asFinding(error, session);
  }
}

async function writeAll(writer: ElementWriter, building: Building, pace: Pace, signal: AbortSignal): Promise<void> {
  for (const made of writer.pieces.splice(0)) {
    await pace.take(made.bytes.length, signal);
    await building.write(piece => {
      piece.bytes.append(made.bytes.view());
      piece.commands += made.commands;
    });
  }
}

/** Gives all elements of the value that the source is at, and has time to write after those of each chunk. */
async function eachPiece(source: FileSource, emit: Emit, write: () => Promise<void>): Promise<void> {
  while (source.reader.pieces(emit) === 'more') {
    await write();
    await source.fill(pieceBytes);
  }
}

async function pendingOf(source: FileSource): Promise<string[]> {
  const pending = new PendingIds();
  await source.next();
  await eachPiece(source, pending.take, async () => {});
  return pending.inOrder();
}

function asFinding(error: unknown, { target }: ApplySession): unknown {
  if (error instanceof RespError) return refused(target.endpoint, 'a command that makes a value', error);
  if (!(error instanceof ValueChanged)) return error;
  return new MigrationError('Unreachable', `${nameOf(target.endpoint)} lost what was written to it.`);
}

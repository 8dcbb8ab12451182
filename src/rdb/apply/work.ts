import { Outcome } from '../../copy/outcome.js';
import type { Pace } from '../../keys/pace.js';
import { KeyCommand } from '../../resp/encode.js';
import { shifted } from '../../values/expiry.js';
import type { Dialect } from '../header.js';
import type { ApplyBatch } from './batch.js';
import type { FileSource } from './file-source.js';
import { writeLibrary } from './function-command.js';
import { Judge } from './judge.js';
import { KeyCommands } from './key-commands.js';
import { TargetNames } from './key-name.js';
import type { ApplyRequest } from './request.js';
import type { ApplySession } from './session.js';
import type { RecordWriter } from './snapshot-feed.js';
import { writeBig } from './write-big.js';
import { writeForeign } from './write-whole.js';

type Paces = { keys: Pace; bytes: Pace };

/** What is done with the keys of a snapshot. */
export interface Work {
  writer: RecordWriter;
  /** Sends a batch and takes the answers. @throws MigrationError */
  send(batch: ApplyBatch, pace: Paces, signal: AbortSignal): Promise<Outcome>;
  /** Writes the big value that the source is at. @throws MigrationError; the signal's reason */
  writeBig(source: FileSource, pace: Paces, signal: AbortSignal): Promise<Outcome>;
}

export const workOf = (session: ApplySession, request: ApplyRequest, dialect: Dialect): Work =>
  request.mode === 'check' ? checking(session, request, dialect) : copying(session, request, dialect);

function copying(session: ApplySession, request: ApplyRequest, dialect: Dialect): Work {
  const { selection, onConflict, functions } = request;
  const commands = new KeyCommands(session, selection, onConflict);
  const judge = new Judge(session, dialect);
  return {
    writer: {
      inPieces: true,
      key: (batch, reader) => commands.write(batch, reader),
      library: (batch, reader) => functions && writeLibrary(batch, reader, onConflict),
    },
    async send(batch, pace, signal) {
      const outcome = judge.copied(batch, await sent(session, batch, pace, signal));
      if (batch.foreign.length > 0) await writeForeign(session, batch, onConflict, outcome);
      return outcome;
    },
    writeBig(source, { bytes }, signal) {
      const { head, db } = source.reader;
      const place = selection.targetKey(head.key.copy());
      const expireAt = head.expireAt < 0 ? null : shifted(head.expireAt, session.expiryShiftMs);
      const big = { source, place, db: selection.targetDatabase(db), expireAt };
      return writeBig(session, big, onConflict, { pace: bytes, signal });
    },
  };
}

function checking(session: ApplySession, { selection }: ApplyRequest, dialect: Dialect): Work {
  const names = new TargetNames(selection);
  const judge = new Judge(session, dialect);
  const head = new KeyCommand(['EXISTS']);
  return {
    writer: {
      inPieces: false,
      key: (batch, reader) => {
        batch.use(selection.targetDatabase(reader.db));
        names.appendCommand(batch.request, head, reader.head.key);
        batch.commands++;
      },
      library: () => {},
    },
    send: async (batch, pace, signal) => judge.checked(batch, await sent(session, batch, pace, signal)),
    writeBig: async () => new Outcome(),
  };
}

async function sent({ target }: ApplySession, batch: ApplyBatch, pace: Paces, signal: AbortSignal) {
  await pace.keys.take(batch.seen, signal);
  await pace.bytes.take(batch.payload, signal);
  return target.rawBytes(batch.request.view(), batch.commands, batch.replies);
}

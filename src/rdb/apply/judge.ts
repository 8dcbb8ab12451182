import { Outcome } from '../../copy/outcome.js';
import { mostNames } from '../../copy/progress.js';
import { errorIn, isForeign, isForeignVersion } from '../../copy/restore-errors.js';
import { showKey } from '../../keys/key-name.js';
import { ReplyCursor } from '../../keys/reply-cursor.js';
import type { RawReplies } from '../../resp/expected.js';
import { refused } from '../../resp/failure.js';
import type { RespError } from '../../resp/reply.js';
import { footerBytes } from '../dump-payload.js';
import type { Dialect } from '../header.js';
import { valueTypes } from '../value-types.js';
import { type ApplyBatch, nextCommand } from './batch.js';
import type { ApplySession } from './session.js';

/** Looks at what the target answered to a batch. Values that it doesn't understand go to the batch's foreign ones. */
export class Judge {
  constructor(
    private readonly session: ApplySession,
    private readonly dialect: Dialect,
  ) {}

  /** @throws MigrationError what the target refused; then nothing of the batch is counted */
  copied(batch: ApplyBatch, { errors, nils }: RawReplies): Outcome {
    const outcome = new Outcome();
    outcome.counts.bytes = batch.payload;
    // SET ... NX answers nil where there is such a key.
    outcome.counts.skipped = nils;
    outcome.counts.copied = batch.commands - batch.others - nils - errors;
    if (errors > 0) this.#lookAtEach(batch, outcome);
    return outcome;
  }

  /** Of EXISTS for each key: 1 where the target has it. @throws MigrationError */
  checked(batch: ApplyBatch, { errors }: RawReplies): Outcome {
    const outcome = new Outcome();
    const [request, reply] = cursors(batch);
    for (let left = batch.commands; left > 0; left--) {
      const { name } = nextCommand(request);
      request.next();
      reply.next();
      const error = errors > 0 ? errorIn(reply) : undefined;
      if (error) throw refused(this.session.target.endpoint, name, error);
      if (name !== 'EXISTS' || reply.value === 0) continue;
      outcome.counts.conflicts++;
      if (outcome.examples.length < mostNames) outcome.examples.push(showKey(wordAt(request)));
    }
    return outcome;
  }

  #lookAtEach(batch: ApplyBatch, outcome: Outcome): void {
    const [request, reply] = cursors(batch);
    let db = 0;
    for (let left = batch.commands; left > 0; left--) {
      const { name, words } = nextCommand(request);
      reply.next();
      const error = errorIn(reply);
      if (name === 'SELECT') db = numberAt(request.fork());
      if (error?.code === 'BUSYKEY') outcome.counts.skipped++;
      else if (error && name === 'RESTORE' && isForeign(error))
        this.#takeForeign(batch, { request: request.fork(), db, error });
      else if (error && name === 'FUNCTION') this.#judgeLibrary(error, outcome);
      else if (error) throw refused(this.session.target.endpoint, name, error);
      for (let word = 1; word < words; word++) request.next();
    }
  }

  /** @param request before the command's key */
  #takeForeign(
    batch: ApplyBatch,
    { request, db, error }: { request: ReplyCursor; db: number; error: RespError },
  ): void {
    request.next();
    const place = wordAt(request);
    const expireAt = numberAt(request);
    request.next();
    const payload = wordAt(request);
    const typeByte = payload[0] as number;
    const type = valueTypes[this.dialect][typeByte];
    if (!type) throw new Error(`a payload of type ${typeByte} that was read and is not known`);
    this.#learn(typeByte, type.since, error);
    const value = payload.subarray(1, -footerBytes);
    batch.leave({ place, db, type, value, position: 0, expireAt });
  }

  /** With APPEND a library that is there already is left; before 7.0 there are none. */
  #judgeLibrary(error: RespError, { counts, unheld }: Outcome): void {
    counts.copied++; // It was taken off with the other errors, and is no key.
    if (/already exists/i.test(error.message)) return;
    if (!/unknown command/i.test(error.message)) throw refused(this.session.target.endpoint, 'FUNCTION RESTORE', error);
    unheld.push('function libraries: the target knows none');
  }

  #learn(typeByte: number, since: number, error: RespError): void {
    const { session } = this;
    if (isForeignVersion(error)) session.foreignSince = Math.min(session.foreignSince, since);
    else session.foreignTypes.add(typeByte);
  }
}

const cursors = ({ request, replies }: ApplyBatch): [ReplyCursor, ReplyCursor] => [
  new ReplyCursor(request.view()),
  new ReplyCursor(replies.view()),
];

/** A copy of the string that the cursor is at. */
const wordAt = ({ bytes, from, to }: ReplyCursor): Buffer => Buffer.from(bytes.subarray(from, to));

/** The number that comes next. */
function numberAt(request: ReplyCursor): number {
  request.next();
  return Number(wordAt(request).toString('latin1'));
}

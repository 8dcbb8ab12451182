import type { CopySelection } from '../../copy/index.js';
import { RestoreCommand } from '../../copy/restore.js';
import { appendBulk } from '../../resp/encode.js';
import { shifted } from '../../values/expiry.js';
import { RdbCursor } from '../cursor.js';
import { footerBytes, PayloadFooter } from '../dump-payload.js';
import { RdbString } from '../rdb-string.js';
import type { RdbReader } from '../reader.js';
import type { ApplyBatch } from './batch.js';
import { appendBulkBytes, appendBulkHead, TargetNames } from './key-name.js';
import type { ApplyRequest } from './request.js';
import type { ApplySession } from './session.js';
import { SetCommand } from './set-command.js';

const string = 0;
const lineEnd = Buffer.from('\r\n');
const typeBytes = Array.from({ length: 256 }, (_, byte) => Buffer.from([byte]));
/** What a string in LZF begins with. One that is longer than this is left to the target to expand. */
const compressed = 0xc3;
const mostCompressed = 16 << 10;

/**
 * Writes the command for each key: SET for a string, which is the same and takes a server half the time; RESTORE with
 * the value's own bytes for everything else. A payload is said to be of the version that its type came with, not of the
 * snapshot's: any server that knows the type takes it then.
 */
export class KeyCommands {
  readonly #names: TargetNames;
  readonly #footer = new PayloadFooter();
  readonly #cursor = new RdbCursor();
  readonly #string = new RdbString();
  readonly #plain: RestoreCommand;
  readonly #used: RestoreCommand | undefined;
  readonly #set: Record<'lasting' | 'expiring', SetCommand>;

  constructor(
    private readonly session: ApplySession,
    private readonly selection: CopySelection,
    onConflict: ApplyRequest['onConflict'],
  ) {
    const { absolute, eviction } = session.features;
    this.#names = new TargetNames(selection);
    this.#plain = new RestoreCommand({ absolute, access: undefined, onConflict });
    const access = eviction && (eviction === 'lru' ? 'IDLETIME' : 'FREQ');
    if (absolute && access) this.#used = new RestoreCommand({ absolute, access, onConflict });
    const unless = onConflict === 'skip' ? ['NX'] : [];
    this.#set = { lasting: new SetCommand(unless), expiring: new SetCommand([...unless, 'PXAT'], 1) };
  }

  /** The key that the reader has found. */
  write(batch: ApplyBatch, reader: RdbReader): void {
    const { head, type, valueFrom, valueTo } = reader;
    batch.payload += valueTo - valueFrom;
    batch.use(this.selection.targetDatabase(reader.db));
    const { foreignSince, foreignTypes } = this.session;
    if (this.#isSettable(reader)) this.#writeString(batch, reader);
    else if (type.since >= foreignSince || foreignTypes.has(head.typeByte)) this.#leave(batch, reader);
    else this.#writePayload(batch, reader);
  }

  #isSettable({ head, window, valueFrom, valueTo }: RdbReader): boolean {
    if (head.typeByte !== string) return false;
    if (window.bytes[valueFrom] === compressed && valueTo - valueFrom > mostCompressed) return false;
    return this.#access(head) === undefined && (head.expireAt < 0 || this.session.features.setUntil);
  }

  #writeString(batch: ApplyBatch, reader: RdbReader): void {
    const { key } = reader.head;
    const expireAt = this.#expireAt(reader.head);
    const command = this.#set[expireAt < 0 ? 'lasting' : 'expiring'];
    const into = batch.request;
    const { window, valueFrom, valueTo } = reader;
    this.#string.read(this.#cursor.over(window.bytes, valueFrom, valueTo, window.base));
    command.begin(into);
    this.#names.append(into, key);
    const { bytes, from, to } = this.#string;
    appendBulkBytes(into, bytes, from, to);
    command.end(into);
    if (expireAt >= 0) appendBulk(into, expireAt);
    batch.commands++;
  }

  #writePayload(batch: ApplyBatch, reader: RdbReader): void {
    const { head, window, type, valueFrom, valueTo } = reader;
    const access = this.#access(head);
    const command = access === undefined ? this.#plain : (this.#used as RestoreCommand);
    const into = batch.request;
    command.begin(into);
    this.#names.append(into, head.key);
    command.appendExpiry(into, this.#expiry(this.#expireAt(head)));
    appendBulkHead(into, 1 + valueTo - valueFrom + footerBytes);
    into.append(typeBytes[head.typeByte] as Buffer).append(window.bytes, valueFrom, valueTo);
    into.append(this.#footer.of(type.since, head.typeByte, window.bytes, valueFrom, valueTo)).append(lineEnd);
    command.end(into, access);
    batch.commands++;
  }

  #leave(batch: ApplyBatch, { head, type, window, valueFrom, valueTo, db }: RdbReader): void {
    batch.leave({
      place: this.#names.of(head.key),
      db: this.selection.targetDatabase(db),
      type,
      value: Buffer.from(window.bytes.subarray(valueFrom, valueTo)),
      position: window.base + valueFrom,
      expireAt: Math.max(0, this.#expireAt(head)),
    });
  }

  /** Idle seconds or frequency, where they mean something to the target, and the source knew them. */
  #access({ idle, frequency }: RdbReader['head']): number | undefined {
    const known = this.session.features.eviction === 'lru' ? idle : frequency;
    return this.#used && known >= 0 ? known : undefined;
  }

  /** On the target; negative: none. */
  #expireAt({ expireAt }: RdbReader['head']): number {
    return expireAt < 0 ? expireAt : shifted(expireAt, this.session.expiryShiftMs);
  }

  /** As RESTORE takes it. A relative one must not be 0, which is none. */
  #expiry(expireAt: number): number {
    if (expireAt < 0) return 0;
    return this.session.features.absolute ? expireAt : Math.max(1, expireAt - Date.now());
  }
}

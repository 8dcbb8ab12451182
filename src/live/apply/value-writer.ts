import { MigrationError } from '../../contract/errors.js';
import { isForeignVersion } from '../../copy/restore-errors.js';
import { showKey } from '../../keys/key-name.js';
import { ElementWriter } from '../../rdb/apply/element-writer.js';
import { PendingIds } from '../../rdb/apply/pending-ids.js';
import type { Element, Emit } from '../../rdb/decode/decoder.js';
import { footerBytes, PayloadFooter } from '../../rdb/dump-payload.js';
import type { Dialect } from '../../rdb/header.js';
import { ValueReader } from '../../rdb/value-reader.js';
import { type RdbType, valueTypes } from '../../rdb/value-types.js';
import type { RespError } from '../../resp/reply.js';
import type { Abilities } from '../../values/copy/abilities.js';
import { shifted, type TargetServer } from '../stream/index.js';
import type { Batch } from './batch.js';
import type { SourceValue } from './source-values.js';

const absttlSince = 500;
/** From this version on payloads are Valkey's own. */
const valkeySince = 80;

/**
 * Writes values of the source into a batch, each in place of what is there: by RESTORE, or, where the target doesn't
 * understand the payload or expiries of fields are shifted, by the commands of its type.
 */
export class ValueWriter {
  /** What the target can't hold, in words. */
  readonly unheld = new Set<string>();
  readonly #footer = new PayloadFooter();
  /** Payloads of this RDB version, and later ones, are not understood. */
  #foreignSince = Number.POSITIVE_INFINITY;
  readonly #foreignTypes = new Set<RdbType>();

  constructor(
    private readonly target: { server: TargetServer; abilities: Abilities },
    private readonly shiftMs: number,
  ) {}

  /** @param place the key's name on the target, in the database that the batch uses */
  write(batch: Batch, place: Buffer, { payload, expireAt }: SourceValue): void {
    const expiry = expireAt > 0 ? shifted(expireAt, this.shiftMs) : 0;
    const type = payload === null ? undefined : typeOf(payload);
    if (payload === null) batch.add('DEL', place);
    else if (type && this.#byCommands(type)) this.#make(batch, place, { type, payload, expiry });
    else this.#restore(batch, place, { payload, expiry, type });
  }

  /** Learns from a RESTORE that was refused for the sake of its payload. @throws MigrationError when there is no other way */
  refused(payload: Buffer, error: RespError): void {
    const type = typeOf(payload);
    if (!type || type.type === 'module')
      throw new MigrationError(
        'CommandRefused',
        `The target takes no ${type?.name ?? 'value of such a type'}: ${error.message}`,
      );
    if (isForeignVersion(error)) this.#foreignSince = Math.min(this.#foreignSince, type.since);
    else this.#foreignTypes.add(type);
  }

  #byCommands(type: RdbType): boolean {
    const shiftedFields = this.shiftMs > 0 && type.name.includes('expiring');
    return shiftedFields || type.since >= this.#foreignSince || this.#foreignTypes.has(type);
  }

  /** A payload is said to be of the version that its type came with: any server that knows the type takes it then. */
  #known(payload: Buffer, type: RdbType | undefined): Buffer {
    if (!type) return payload;
    const end = payload.length - footerBytes;
    const footer = this.#footer.of(type.since, payload[0] as number, payload, 1, end);
    return Buffer.concat([payload.subarray(0, end), footer]);
  }

  #restore(
    batch: Batch,
    place: Buffer,
    { payload, expiry, type }: { payload: Buffer; expiry: number; type: RdbType | undefined },
  ): void {
    const absolute = this.target.server.level >= absttlSince;
    const time = absolute || expiry === 0 ? expiry : Math.max(1, expiry - Date.now());
    batch.add('RESTORE', place, time, this.#known(payload, type), 'REPLACE', ...(absolute ? ['ABSTTL'] : []));
  }

  #make(batch: Batch, place: Buffer, value: { type: RdbType; payload: Buffer; expiry: number }): void {
    const { type, payload, expiry } = value;
    const end = payload.length - footerBytes;
    const read = (emit: Emit) => new ValueReader(type, { bytes: payload, at: 1, end, base: 0 }).next(emit);
    const pending = new PendingIds();
    if (type.type === 'stream') read(pending.take);
    const writer = new ElementWriter(place, type.type as never, this.target.abilities, pending.inOrder());
    read(element => writer.add(this.#later(element)));
    writer.end();
    batch.add('DEL', place);
    for (const piece of writer.pieces) {
      batch.request.append(piece.bytes.view());
      batch.commands += piece.commands;
    }
    if (expiry > 0) batch.add('PEXPIREAT', place, expiry);
    for (const what of writer.unheld) this.unheld.add(`${type.type} ${showKey(place)}: ${what}`);
  }

  #later(element: Element): Element {
    if (element.kind !== 'field' || element.expireAt === null) return element;
    return { ...element, expireAt: shifted(element.expireAt, this.shiftMs) };
  }
}

/** Undefined: one that isn't known here. */
function typeOf(payload: Buffer): RdbType | undefined {
  const version = payload.readUInt16LE(payload.length - footerBytes);
  const dialect: Dialect = version >= valkeySince ? 'valkey' : 'redis';
  return valueTypes[dialect][payload[0] as number];
}

import type { Writer } from '../copy/writers.js';
import type { KeyBatch } from '../keys/key-batch.js';
import { Slots } from '../keys/slots.js';
import type { RespConnection } from '../resp/connection.js';
import { KeyCommand } from '../resp/encode.js';
import { refused } from '../resp/failure.js';
import { openAll } from '../resp/open-all.js';
import { RespError } from '../resp/reply.js';
import { Selection } from '../selection/selection.js';
import type { Endpoint } from '../server/endpoint.js';
import type { Pair } from '../values/pair.js';
import { RenamedAsker } from '../values/renamed.js';
import { type Features, probe } from './probe.js';
import { StringShare } from './string-share.js';
import { type Limits, Throttle, unlimited } from './throttle.js';

export interface SessionOptions {
  ttlToleranceMs: number;
  /** @default everything */
  selection?: Selection | undefined;
  /** @default none */
  limits?: (() => Limits) | undefined;
  /** Of one that repairs. @default it only reads */
  writer?: Writer | undefined;
  signal?: AbortSignal | undefined;
}

/** Both servers, with what both can do, in a database of the source and the one of the target that its keys go to. */
export class Session {
  readonly expiry: KeyCommand;
  readonly selection: Selection;
  readonly throttle: Throttle;
  readonly strings = new StringShare();
  /** The side that has no database of this number, because it was configured with fewer. */
  absent: 'source' | 'target' | undefined;
  readonly slots = new Slots();

  private constructor(
    readonly source: RespConnection,
    readonly target: RespConnection,
    readonly features: Features,
    readonly options: SessionOptions,
  ) {
    this.expiry = new KeyCommand([features.expiryCommand]);
    this.selection = options.selection ?? Selection.everything;
    this.throttle = new Throttle(options.limits ?? (() => unlimited), options.signal);
  }

  /** @throws MigrationError what `RespConnection.open` throws; PermissionMissing */
  static async open(source: Endpoint, target: Endpoint, options: SessionOptions): Promise<Session> {
    const name = 'redis-migration-verify';
    const [one, other] = await openAll([
      [source, { name }],
      [target, { name: options.writer?.name ?? name }],
    ]);
    try {
      await options.writer?.admit();
      return await Session.over(one, other, options);
    } catch (error) {
      one.close();
      other.close();
      throw error;
    }
  }

  /** Over connections that stay the caller's. */
  static async over(source: RespConnection, target: RespConnection, options: SessionOptions): Promise<Session> {
    return new Session(source, target, await probe(source, target), options);
  }

  get toleranceMs(): number {
    return this.options.ttlToleranceMs;
  }

  get signal(): AbortSignal | undefined {
    return this.options.signal;
  }

  /** What comparing one value needs. */
  pair(key: Buffer): Pair {
    const { source, toleranceMs, signal } = this;
    const there = this.selection.targetKey(key);
    const target = there === key ? this.target : new RenamedAsker(this.target, key, there);
    return { source, target, key, toleranceMs, signal, fieldExpiry: this.features.fieldExpiry };
  }

  /** Whether a key may have another name on the target. */
  get renames(): boolean {
    return this.selection.renames;
  }

  /** What one side calls the keys; they are given as the source does. */
  namesOn(side: 'source' | 'target', keys: KeyBatch): KeyBatch {
    if (side === 'source' || !this.renames) return keys;
    return keys.renamed((into, wire, from, to) => {
      this.selection.appendTargetKey(into, wire, from, to);
      return true;
    });
  }

  /** @param db the source's */
  async select(db: number): Promise<void> {
    const [onSource, onTarget] = await Promise.all([
      selectOn(this.source, db),
      selectOn(this.target, this.selection.targetDatabase(db)),
    ]);
    this.absent = !onSource ? 'source' : !onTarget ? 'target' : undefined;
  }

  close(): void {
    this.source.close();
    this.target.close();
  }
}

/** @returns whether there is such a database */
async function selectOn(connection: RespConnection, db: number): Promise<boolean> {
  const reply = await connection.command('SELECT', db).catch((error: unknown) => error);
  if (!(reply instanceof Error)) return true;
  if (!(reply instanceof RespError)) throw reply;
  if (/out of range|not allowed in cluster mode/i.test(reply.message)) return false;
  throw refused(connection.endpoint, 'SELECT', reply);
}

import type { Writer } from '../copy/writers.js';
import type { KeyBatch } from '../keys/key-batch.js';
import { Slots } from '../keys/slots.js';
import { ClusterKeyspace, type Keyspace, openBoth } from '../keyspace/index.js';
import { KeyCommand } from '../resp/encode.js';
import { refused } from '../resp/failure.js';
import { RespError } from '../resp/reply.js';
import { Selection } from '../selection/selection.js';
import type { Endpoint } from '../server/endpoint.js';
import { expiryDiffers } from '../values/expiry.js';
import type { Pair } from '../values/pair.js';
import { RenamedAsker } from '../values/renamed.js';
import { type Features, probe } from './probe.js';
import { StringShare } from './string-share.js';
import { type Limits, Throttle, unlimited } from './throttle.js';

export interface SessionOptions {
  ttlToleranceMs: number;
  /** By how many ms expiries of the target are later on purpose. @default 0 */
  expiryShiftMs?: number | undefined;
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
  readonly strings: StringShare;
  /** The side that has no database of this number, because it was configured with fewer. */
  absent: 'source' | 'target' | undefined;
  readonly slots = new Slots();

  private constructor(
    readonly source: Keyspace,
    readonly target: Keyspace,
    readonly features: Features,
    readonly options: SessionOptions,
  ) {
    this.expiry = new KeyCommand([features.expiryCommand]);
    this.selection = options.selection ?? Selection.everything;
    this.strings = new StringShare(!this.clustered);
    this.throttle = new Throttle(options.limits ?? (() => unlimited), options.signal);
  }

  /** @throws MigrationError what `RespConnection.open` throws; PermissionMissing */
  static async open(source: Endpoint, target: Endpoint, options: SessionOptions): Promise<Session> {
    const name = 'redis-migration-verify';
    const { writer } = options;
    const onOpen = async () => writer?.admit();
    const [one, other] = await openBoth([source, { name }], [target, { name: writer?.name ?? name, onOpen }]);
    try {
      return await Session.over(one, other, options);
    } catch (error) {
      one.close();
      other.close();
      throw error;
    }
  }

  /** Over connections that stay the caller's. */
  static async over(source: Keyspace, target: Keyspace, options: SessionOptions): Promise<Session> {
    return new Session(source, target, await probe(source, target), options);
  }

  /** Keys of one command may be on several nodes, of one side at least. */
  get clustered(): boolean {
    return this.source instanceof ClusterKeyspace || this.target instanceof ClusterKeyspace;
  }

  /** Goes up when a key may be on another node than before: what was asked of it in several steps is asked again. */
  get disturbances(): number {
    const of = (keyspace: Keyspace): number => (keyspace instanceof ClusterKeyspace ? keyspace.router.disturbances : 0);
    return of(this.source) + of(this.target);
  }

  /** Whether expiries of the two sides are not the same. */
  expiryDiffers(source: number, target: number): boolean {
    const { ttlToleranceMs, expiryShiftMs } = this.options;
    return expiryDiffers(source, target, ttlToleranceMs, expiryShiftMs);
  }

  get signal(): AbortSignal | undefined {
    return this.options.signal;
  }

  /** What comparing one value needs. */
  pair(key: Buffer): Pair {
    const { source, signal } = this;
    const { ttlToleranceMs: toleranceMs, expiryShiftMs } = this.options;
    const there = this.selection.targetKey(key);
    const target = there === key ? this.target : new RenamedAsker(this.target, key, there);
    return { source, target, key, toleranceMs, expiryShiftMs, signal, fieldExpiry: this.features.fieldExpiry };
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
async function selectOn(connection: Keyspace, db: number): Promise<boolean> {
  if (connection instanceof ClusterKeyspace) return db === 0;
  const reply = await connection.command('SELECT', db).catch((error: unknown) => error);
  if (!(reply instanceof Error)) return true;
  if (!(reply instanceof RespError)) throw reply;
  if (/out of range|not allowed in cluster mode/i.test(reply.message)) return false;
  throw refused(connection.endpoint, 'SELECT', reply);
}

import { evictionOf, knowsAbsttl } from '../../copy/features.js';
import { type Identities, targetIdentity } from '../../copy/identities.js';
import type { Writer } from '../../copy/writers.js';
import { infoOf } from '../../keys/info-of.js';
import { RespConnection } from '../../resp/connection.js';
import type { Endpoint } from '../../server/endpoint.js';
import { commandLevel } from '../../server/info.js';
import { type Abilities, abilities } from '../../values/copy/abilities.js';
import { expiringHashes } from '../value-types.js';

const pxatSince = 60_200;

/** What the target can do for a snapshot. */
export interface TargetFeatures {
  /** RESTORE takes expiries as Unix times: ABSTTL, since 5.0. */
  absolute: boolean;
  /** So does SET: PXAT, since 6.2. */
  setUntil: boolean;
  /** What its eviction goes by: how keys were used is told with them then. */
  eviction: 'lru' | 'lfu' | undefined;
  abilities: Abilities;
}

/** The target's connections, and what is known of how it takes values. */
export class ApplySession {
  /** Payloads of this RDB version, and later ones, are not understood. */
  foreignSince = Number.POSITIVE_INFINITY;
  /** Nor are values of these types. */
  readonly foreignTypes = new Set<number>();
  #building: { db: number; connection: RespConnection } | undefined;
  #closed = false;

  private constructor(
    readonly target: RespConnection,
    readonly features: TargetFeatures,
    readonly identities: Identities,
    private readonly writer: Writer,
    /** By how many ms expiries are made later. */
    readonly expiryShiftMs: number,
  ) {
    // The expiries of their fields stand in their bytes.
    if (expiryShiftMs !== 0) for (const type of expiringHashes) this.foreignTypes.add(type);
  }

  /** @param snapshot which one it is. @throws MigrationError what `RespConnection.open` throws */
  static async open(target: Endpoint, snapshot: string, writer: Writer, expiryShiftMs = 0): Promise<ApplySession> {
    const connection = await RespConnection.open(target, { name: writer.name });
    try {
      await writer.admit();
      const [info, able] = await Promise.all([infoOf(connection), abilities(connection)]);
      const features: TargetFeatures = {
        absolute: knowsAbsttl(info),
        setUntil: commandLevel(info) >= pxatSince,
        eviction: evictionOf(info),
        abilities: able,
      };
      const identities = { sourceRunId: snapshot, ...targetIdentity(info) };
      return new ApplySession(connection, features, identities, writer, expiryShiftMs);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** A connection that one value has to itself while it is made piece by piece, in its database. */
  async building(db: number): Promise<RespConnection> {
    if (this.#building?.db === db) return this.#building.connection;
    this.#building?.connection.close();
    const connection = await RespConnection.open(this.target.endpoint, { name: this.writer.name, db });
    this.#building = { db, connection };
    await this.writer.admit();
    if (this.#closed) connection.close();
    return connection;
  }

  close(): void {
    this.#closed = true;
    this.target.close();
    this.#building?.connection.close();
  }
}

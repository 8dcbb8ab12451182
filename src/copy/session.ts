import { Slots } from '../keys/slots.js';
import { ClusterKeyspace, type Keyspace, openBoth, primariesOf } from '../keyspace/index.js';
import type { RespConnection } from '../resp/connection.js';
import { type Features, probe } from './features.js';
import type { Identities } from './identities.js';
import { Pairs } from './pairs.js';
import { Question } from './read-keys.js';
import type { Endpoints, KeyRequest } from './request.js';
import { RestoreWriter } from './restore.js';
import { scannedServer } from './scanned.js';
import type { Writer } from './writers.js';

/** How soon it is noticed that a primary of the target was replaced; a checkpoint goes back further than that. */
const watchMs = 1000;

/** Both sides, in the databases of one partition, with what they can do. */
export class CopySession {
  readonly slots = new Slots();
  readonly question: Question;
  readonly restore: RestoreWriter;
  /** The target understands none of the source's payloads: it is older, or speaks another dialect. */
  foreign = false;

  private constructor(
    readonly source: Keyspace,
    readonly target: Keyspace,
    /** The server that is scanned; null: see `scannedServer`. */
    readonly scanned: RespConnection | null,
    readonly features: Features,
    readonly identities: Identities,
    /** For keys that are copied in pieces. */
    readonly pairs: Pairs,
    { selection, onConflict }: KeyRequest,
  ) {
    this.question = new Question(features);
    this.restore = new RestoreWriter(features, selection, onConflict);
  }

  /** @throws MigrationError what `RespConnection.open` throws */
  static async open(endpoints: Endpoints, request: KeyRequest, writer: Writer): Promise<CopySession> {
    const { partition, selection } = request;
    const { db } = partition;
    // By MIGRATE it is the source who writes to the target, as it is told over this connection.
    const onSource = { name: writer.name, db, onOpen: leaveUntouched };
    const onTarget = { name: writer.name, db: selection.targetDatabase(db), onOpen: () => writer.admit() };
    const [source, target] = await openBoth([endpoints.source, onSource], [endpoints.target, onTarget]);
    try {
      if (target instanceof ClusterKeyspace) target.watch(watchMs);
      const scanned = await scannedServer(source, partition);
      const [any] = scanned ? [scanned] : await primariesOf(source);
      const { features, identities } = await probe(source, any as RespConnection, target);
      const pairs = new Pairs({ keyspace: source, options: onSource }, { keyspace: target, options: onTarget });
      return new CopySession(source, target, scanned, features, identities, pairs, request);
    } catch (error) {
      source.close();
      target.close();
      throw error;
    }
  }

  /** A primary of the target was replaced or restarted since the session began: what it took last may be gone. */
  get mayHaveLost(): boolean {
    return this.target instanceof ClusterKeyspace && this.target.router.lossRisks > 0;
  }

  /**
   * By MIGRATE nothing but the source may have spoken to the target for long. The session's connection was made to one
   * process and is never made anew, so that an answer over it is that process's.
   * @throws MigrationError Unreachable
   */
  async lookAtTarget(): Promise<void> {
    if (this.target instanceof ClusterKeyspace) await this.target.router.refresh();
    else await this.target.pipeline([['PING']]);
  }

  close(): void {
    this.source.close();
    this.target.close();
    this.pairs.close();
  }
}

/** So that copying leaves the source's own order of eviction as it is. Since 7.2; refused, it is done without. */
async function leaveUntouched(connection: RespConnection): Promise<void> {
  await connection.pipeline([['CLIENT', 'NO-TOUCH', 'ON']]);
}

import { Slots } from '../keys/slots.js';
import type { RespConnection } from '../resp/connection.js';
import { openAll } from '../resp/open-all.js';
import { type Features, probe } from './features.js';
import { Pairs } from './pairs.js';
import type { Identities } from './progress.js';
import { Question } from './read-keys.js';
import type { CopySelection, Endpoints, KeyRequest } from './request.js';
import { RestoreWriter } from './restore.js';
import type { Writer } from './writers.js';

/** One connection to each server, in the databases of one partition, with what both can do. */
export class CopySession {
  readonly slots = new Slots();
  readonly question: Question;
  readonly restore: RestoreWriter;
  /** The target understands none of the source's payloads: it is older, or speaks another dialect. */
  foreign = false;

  private constructor(
    readonly source: RespConnection,
    readonly target: RespConnection,
    readonly features: Features,
    readonly identities: Identities,
    /** For keys that are copied in pieces. */
    readonly pairs: Pairs,
    selection: CopySelection,
    onConflict: 'replace' | 'skip',
  ) {
    this.question = new Question(features);
    this.restore = new RestoreWriter(features, selection, onConflict);
  }

  /** @throws MigrationError what `RespConnection.open` throws */
  static async open(endpoints: Endpoints, request: KeyRequest, writer: Writer): Promise<CopySession> {
    const { partition, selection, onConflict } = request;
    const { db } = partition;
    const wanted = [
      // By MIGRATE it is the source who writes to the target, as it is told over this connection.
      [endpoints.source, { name: writer.name, db }],
      [endpoints.target, { name: writer.name, db: selection.targetDatabase(db) }],
    ] as const;
    const [source, target] = await openAll(wanted);
    try {
      await writer.admit();
      const { features, identities } = await probe(source, target);
      return new CopySession(
        source,
        target,
        features,
        identities,
        new Pairs(wanted, () => writer.admit()),
        selection,
        onConflict,
      );
    } catch (error) {
      source.close();
      target.close();
      throw error;
    }
  }

  close(): void {
    this.source.close();
    this.target.close();
    this.pairs.close();
  }
}

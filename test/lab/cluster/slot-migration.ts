import type { RedisServer } from '../redis.js';
import type { Reply } from '../replies.js';

interface Parties {
  source: RedisServer;
  target: RedisServer;
  /** Told of the new owner too; the parties may be among them. */
  others: readonly RedisServer[];
}

/** One slot on its way from a primary to another, in the order of the cluster specification. */
export class SlotMigration {
  private constructor(
    readonly slot: number,
    readonly parties: Parties,
    private readonly targetId: string,
  ) {}

  static async begin(slot: number, parties: Parties): Promise<SlotMigration> {
    const [sourceId, targetId] = await Promise.all([
      parties.source.cli('CLUSTER', 'MYID'),
      parties.target.cli('CLUSTER', 'MYID'),
    ]);
    await parties.target.cli('CLUSTER', 'SETSLOT', String(slot), 'IMPORTING', sourceId);
    await parties.source.cli('CLUSTER', 'SETSLOT', String(slot), 'MIGRATING', targetId);
    return new SlotMigration(slot, parties, targetId);
  }

  /** Moves up to so many of the slot's keys. @default all of them */
  async moveKeys(count = Number.POSITIVE_INFINITY): Promise<void> {
    const { source, target } = this.parties;
    const connection = await source.connect();
    const auth = target.password === undefined ? [] : ['AUTH', target.password];
    for (let left = count; left > 0; ) {
      const keys = (await connection.send('CLUSTER', 'GETKEYSINSLOT', this.slot, Math.min(left, 100))) as Reply[];
      if (keys.length === 0) break;
      await connection.send('MIGRATE', target.host, target.port, '', 0, 5000, ...auth, 'KEYS', ...(keys as Buffer[]));
      left -= keys.length;
    }
    connection.close();
  }

  /** The target first: otherwise the slot would have no owner in between. */
  async finish(): Promise<void> {
    const { source, target, others } = this.parties;
    for (const node of new Set([target, source, ...others]))
      await node.cli('CLUSTER', 'SETSLOT', String(this.slot), 'NODE', this.targetId);
  }
}

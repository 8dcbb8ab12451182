import type { Command } from '../connection.js';
import { type Content, type ContentsOptions, contents } from '../contents.js';
import { all, everyKey } from '../fill.js';
import type { RedisServer } from '../redis.js';
import type { Reply } from '../replies.js';
import { waitFor } from '../wait-for.js';
import { keySlot } from './key-slot.js';
import { SlotMigration } from './slot-migration.js';
import { untilStable } from './stability.js';

export interface SlotRange {
  from: number;
  /** Included. */
  to: number;
  primary: RedisServer;
  replicas: RedisServer[];
}

export class RedisCluster {
  /** The primaries of the beginning first, then the replicas. @param nodes all of them, killed ones included */
  constructor(readonly nodes: readonly RedisServer[]) {}

  /** Who serves what, as one node sees it. */
  async slots(seenBy: RedisServer = this.running[0] as RedisServer): Promise<SlotRange[]> {
    const connection = await seenBy.connect();
    const rows = (await connection.send('CLUSTER', 'SLOTS')) as Array<[number, number, ...Reply[]]>;
    connection.close();
    const ranges = rows.map(([from, to, ...nodes]): SlotRange => {
      const [primary, ...replicas] = nodes.map(node => this.#nodeAt(Number((node as Reply[])[1])));
      return { from, to, primary: primary as RedisServer, replicas };
    });
    return ranges.sort((one, other) => one.from - other.from);
  }

  async primaries(): Promise<RedisServer[]> {
    return [...new Set((await this.slots()).map(({ primary }) => primary))];
  }

  async primaryOf(key: string | Buffer): Promise<RedisServer> {
    const slot = keySlot(Buffer.from(key));
    return (await this.slots()).find(({ from, to }) => from <= slot && slot <= to)?.primary as RedisServer;
  }

  /** Sends each key's commands to the primary of its slot. No redirection is followed. */
  async run(keys: ReadonlyArray<readonly [key: Buffer, commands: readonly Command[]]>): Promise<void> {
    const ranges = await this.slots();
    const share = (primary: RedisServer): Command[] => {
      const own = ranges.filter(range => range.primary === primary);
      const isOwn = (slot: number) => own.some(({ from, to }) => from <= slot && slot <= to);
      return keys.filter(([key]) => isOwn(keySlot(key))).flatMap(([, commands]) => commands);
    };
    const sent = (await this.primaries()).map(async primary => {
      const connection = await primary.connect();
      await all(connection, share(primary)).finally(() => connection.close());
    });
    await Promise.all(sent);
  }

  /** Plain strings `PREFIX:0` and so on, over all slots. */
  fill({ keys, bytes = 64, prefix = 'key' }: { keys: number; bytes?: number; prefix?: string }): Promise<void> {
    const value = Buffer.alloc(bytes, 'v');
    return this.run(
      Array.from({ length: keys }, (_, n) => {
        const key = Buffer.from(`${prefix}:${n}`);
        return [key, [['SET', key, value]]];
      }),
    );
  }

  /** Every shape without and with a time to live, and odd key names. */
  fillEveryType(): Promise<void> {
    return this.run(everyKey());
  }

  /** Everything that the primaries hold. @throws Error when two of them hold the same key */
  async contents(options?: ContentsOptions): Promise<Map<string, Content>> {
    const held = await Promise.all((await this.primaries()).map(primary => contents(primary, options)));
    const together = new Map(held.flatMap(each => [...each]));
    if (together.size < held.reduce((sum, { size }) => sum + size, 0)) throw new Error('two primaries hold one key');
    return together;
  }

  /** Moves slots with their keys to another primary, one after the other. */
  async reshard({ from, to, source, target }: Omit<SlotRange, 'primary' | 'replicas'> & Move): Promise<void> {
    for (let slot = from; slot <= to; slot++) {
      const migration = await this.beginMigration(slot, { source, target });
      await migration.moveKeys();
      await migration.finish();
    }
  }

  /** From here on the source answers for keys that it has, and ASK for others. */
  async beginMigration(slot: number, { source, target }: Move): Promise<SlotMigration> {
    return SlotMigration.begin(slot, { source, target, others: await this.primaries() });
  }

  /** A replica takes over, orderly or because the primary dies; all nodes agree on it afterwards. @returns the replica */
  async failover(primary: RedisServer, { by = 'command' }: { by?: 'command' | 'kill' } = {}): Promise<RedisServer> {
    const [replica] = (await this.slots()).find(range => range.primary === primary)?.replicas ?? [];
    if (!replica) throw new Error(`${primary.address} serves no slots, or has no replica`);
    await (by === 'kill' ? primary.kill() : replica.cli('CLUSTER', 'FAILOVER'));
    await waitFor(() => replica.info('replication'), {
      what: `${replica.address} to take over from ${primary.address}`,
      timeoutMs: 30_000,
      until: ({ role }) => role === 'master',
    });
    await this.untilStable();
    return replica;
  }

  /** Until every node that runs sees the same owners of all slots, with each replica that runs, in sync. */
  untilStable(): Promise<void> {
    return untilStable(this);
  }

  async discard(): Promise<void> {
    await Promise.all(this.nodes.map(node => node.discard()));
  }

  get running(): RedisServer[] {
    return this.nodes.filter(node => node.running);
  }

  #nodeAt(port: number): RedisServer {
    const node = this.nodes.find(each => each.port === port);
    if (!node) throw new Error(`no node of this cluster has port ${port}`);
    return node;
  }
}

export interface Move {
  source: RedisServer;
  target: RedisServer;
}

import { setTimeout as sleep } from 'node:timers/promises';
import { type NodeLayout, type Rescan, rescansFor, SlotSet } from '../cluster/index.js';
import { MigrationError } from '../contract/errors.js';
import type { KeyFeed, Page } from '../keys/key-feed.js';
import { type Accepts, ScanFeed, type ScanOptions } from '../keys/scan-feed.js';
import type { RespConnection } from '../resp/connection.js';
import { addressOf } from '../server/endpoint.js';
import { runIdIn } from '../server/info.js';
import type { ClusterKeyspace } from './cluster-keyspace.js';
import { layoutOf, patienceMs, waitMs } from './cluster-layout.js';

/** A node to be scanned, as far as that is. */
interface Part {
  node: string;
  /** Undefined: all that it has. */
  slots: SlotSet | undefined;
  cursor: string;
  /** Whose cursor that is. */
  runId?: string;
}

/**
 * All keys of a cluster, one primary after the other, and then those again that may have been missed because their slot
 * moved meanwhile. The cursor of a page is `<index of the node>/<cursor there>`; it counts as long as the cluster's
 * identity (`takeInventory`) stays what it was.
 */
export class ClusterScanFeed implements KeyFeed {
  readonly #accepts: Accepts;
  #parts: Part[];
  #feed: ScanFeed | undefined;
  readonly #nodes: number;
  /** What is scanned now is scanned again. */
  #again = false;

  constructor(
    private readonly keyspace: ClusterKeyspace,
    private readonly options: ScanOptions & { accepts: Accepts },
    /** When the scan began. */
    private layout: readonly NodeLayout[],
  ) {
    this.#accepts = options.accepts;
    this.#nodes = layout.length;
    const [index, cursor] = /^(\d+)\/(\d+)$/.exec(options.cursor)?.slice(1) ?? ['0', '0'];
    this.#parts = layout.slice(Number(index)).map(({ node }) => ({ node, slots: undefined, cursor: '0' }));
    if (this.#parts[0]) this.#parts[0].cursor = cursor as string;
  }

  async next(): Promise<Page | undefined> {
    for (;;) {
      const [part] = this.#parts;
      if (!part && !(await this.#findMoved())) return undefined;
      if (!part) continue;
      const page = await this.#pageOf(part);
      if (page) return this.#placed(page, part);
      this.#parts.shift();
      this.#feed = undefined;
    }
  }

  recycle(page: Page): void {
    this.#feed?.recycle(page);
  }

  /** @returns undefined after the last one, and when the node serves no slots any more: then others are scanned for them */
  async #pageOf(part: Part): Promise<Page | undefined> {
    for (const end = performance.now() + patienceMs; ; await sleep(waitMs)) {
      try {
        this.#feed ??= await this.#begin(part);
        return await this.#feed.next();
      } catch (error) {
        this.#feed = undefined;
        const passing = error instanceof MigrationError && error.type === 'Unreachable';
        if (!passing || this.keyspace.router.closed || performance.now() > end) throw error;
      }
      const { primaries } = await this.keyspace.router.refresh();
      if (!primaries.some(primary => addressOf(primary) === part.node)) return undefined;
    }
  }

  /** Goes on at the part's cursor, or from the start when another process is at the address. */
  async #begin(part: Part): Promise<ScanFeed> {
    const connection = await this.keyspace.router.connectionTo(part.node);
    const runId = await runIdOf(connection);
    if (part.runId !== undefined && part.runId !== runId) part.cursor = '0';
    part.runId = runId;
    const { slots } = part;
    const accepts: Accepts = (bytes, from, to) =>
      (slots === undefined || slots.holds(bytes, from, to)) && this.#accepts(bytes, from, to);
    return new ScanFeed(connection, { ...this.options, cursor: part.cursor, accepts });
  }

  #placed(page: Page, part: Part): Page {
    part.cursor = page.cursor;
    if (this.#again) return { ...page, seen: 0, cursor: `${this.#nodes}/0` };
    const index = this.#nodes - this.#parts.length;
    return { ...page, cursor: page.cursor === '0' ? `${index + 1}/0` : `${index}/${page.cursor}` };
  }

  /** @returns whether anything has moved since it was scanned */
  async #findMoved(): Promise<boolean> {
    const now = await layoutOf(this.keyspace);
    const steps = rescansFor(this.layout, now, this.#again);
    this.#parts = steps.flat().map(toPart);
    this.layout = now;
    this.#again = true;
    return this.#parts.length > 0;
  }
}

const toPart = ({ node, slots }: Rescan): Part => ({ node, slots: SlotSet.of(slots), cursor: '0' });

async function runIdOf(connection: RespConnection): Promise<string> {
  return runIdIn(await connection.command('INFO', 'server'));
}

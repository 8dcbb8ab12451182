import { ReplyCursor } from '../keys/reply-cursor.js';
import { ByteBuilder } from '../resp/bytes.js';
import { encodeCommand } from '../resp/encode.js';
import type { RawReplies } from '../resp/expected.js';
import type { Endpoint } from '../server/endpoint.js';
import type { ClusterNodes } from './nodes.js';
import type { RoutedBatch } from './routed-batch.js';

const keptBytes = 1 << 20;
const asking = encodeCommand(['ASKING']);
const array = 42;
const minus = 45;

/** The part of a batch that one node is asked, and its replies. */
export class Share {
  readonly replies = new ByteBuilder(keptBytes);
  /** Places in the batch. */
  readonly indexes: number[] = [];
  readonly #request = new ByteBuilder(keptBytes);
  #ask = false;

  constructor(public node: Endpoint) {}

  /** For another batch. @param ask each command is for a slot that is on its way to this node */
  begin(node: Endpoint, ask: boolean): this {
    this.node = node;
    this.#ask = ask;
    this.indexes.length = 0;
    this.#request.clear();
    this.replies.clear();
    return this;
  }

  add(batch: RoutedBatch, index: number): void {
    if (this.#ask) this.#request.append(asking);
    batch.appendTo(this.#request, index);
    this.indexes.push(index);
  }

  /** @param limit bytes of replies to keep at most @throws MigrationError Unreachable, or as `RespConnection.open` */
  async send(nodes: ClusterNodes, limit: number): Promise<RawReplies> {
    const connection = await nodes.connection(this.node);
    const replies = this.indexes.length * (this.#ask ? 2 : 1);
    try {
      return await connection.rawBytes(this.#request.view(), replies, this.replies, limit);
    } catch (error) {
      await nodes.drop(this.node, connection);
      throw error;
    }
  }

  /** Calls with each command's place in the batch, where its reply stands, and the text of an error. */
  forEach(visit: (index: number, from: number, to: number, error: string | null) => void): void {
    const cursor = new ReplyCursor(this.replies.view());
    for (const index of this.indexes) {
      if (this.#ask) cursor.next();
      cursor.next();
      const from = cursor.start;
      const error = cursor.bytes[from] === minus ? cursor.bytes.toString('utf8', from, cursor.to) : null;
      for (let nested = nestedIn(cursor); nested > 0; nested--) {
        cursor.next();
        nested += nestedIn(cursor);
      }
      visit(index, from, cursor.end, error);
    }
  }
}

const nestedIn = ({ bytes, start, value }: ReplyCursor): number => (bytes[start] === array ? Math.max(0, value) : 0);

/** Shares whose buffers are used again: as many as there ever were under way. */
export class Shares {
  readonly #free: Share[] = [];

  take(node: Endpoint, ask: boolean): Share {
    return (this.#free.pop() ?? new Share(node)).begin(node, ask);
  }

  /** Only when they were answered: a connection may hold on to others. */
  giveBack(shares: readonly Share[]): void {
    this.#free.push(...shares);
  }
}

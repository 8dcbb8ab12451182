import type { Arg } from '../../resp/encode.js';
import type { Abilities } from '../../values/copy/abilities.js';
import { endStream, unheldOf } from '../../values/stream/copy.js';
import { compareIds } from '../../values/stream/id.js';
import type { StreamGroup } from '../../values/stream/state.js';
import type { Element, StreamState } from '../decode/decoder.js';

const mostIds = 500;

type PendingElement = Element & { kind: 'pending' };
/** What comes of a stream, in the order of the snapshot. */
type StreamElement = Exclude<Element, { kind: 'bytes' | 'item' | 'score' | 'field' }>;

/** Turns the elements of a stream into commands: its entries, then what is known of it, then its groups. */
export class StreamWriter {
  #next = 0;
  /** Pending entries that were deleted: added as of nothing so that they can be claimed, and deleted again. */
  readonly #deleted: string[] = [];
  #state: StreamState | undefined;
  readonly #groups: StreamGroup[] = [];
  /** Pending entries that were delivered alike, to be claimed at once. */
  #run: PendingElement[] = [];

  constructor(
    private readonly key: Buffer,
    private readonly abilities: Abilities,
    private readonly pending: readonly string[],
    private readonly write: (...words: Arg[]) => void,
  ) {}

  /** An empty stream comes with a group only; the stream stays when that goes. */
  begin(): void {
    this.write('XGROUP', 'CREATE', this.key, 'none', 0, 'MKSTREAM');
    this.write('XGROUP', 'DESTROY', this.key, 'none');
  }

  add(element: StreamElement): void {
    if (element.kind !== 'pending') this.#claimRun();
    if (element.kind === 'entry') {
      this.#addDeletedBefore(element.id);
      this.write('XADD', this.key, element.id, ...element.fields);
    } else if (element.kind === 'stream') {
      this.#addDeletedBefore(undefined);
      this.#state = element;
    } else if (element.kind === 'group') this.#addGroup(element);
    else if (element.kind === 'consumer') this.#addConsumer(element);
    else this.#addPending(element);
  }

  /** @returns what the target can't hold */
  end(): string[] {
    this.#claimRun();
    for (let at = 0; at < this.#deleted.length; at += mostIds)
      this.write('XDEL', this.key, ...this.#deleted.slice(at, at + mostIds));
    const state = this.#stateOf();
    endStream(this.write, { key: this.key, abilities: this.abilities }, state);
    return unheldOf(this.abilities, state, this.#deleted.length > 0);
  }

  #addDeletedBefore(id: string | undefined): void {
    for (; this.#next < this.pending.length; this.#next++) {
      const pending = this.pending[this.#next] as string;
      const order = id === undefined ? -1 : compareIds(pending, id);
      if (order > 0) return;
      if (order === 0) continue;
      this.write('XADD', this.key, pending, '', '');
      this.#deleted.push(pending);
    }
  }

  #addGroup({ name, lastId, entriesRead }: Element & { kind: 'group' }): void {
    this.write('XGROUP', 'CREATE', this.key, name, 0);
    this.#groups.push({ name, lastDelivered: Buffer.from(lastId), entriesRead, consumers: [] });
  }

  #addConsumer({ group, name }: Element & { kind: 'consumer' }): void {
    if (this.abilities.createConsumer) this.write('XGROUP', 'CREATECONSUMER', this.key, group, name);
    else this.write('XREADGROUP', 'GROUP', group, name, 'COUNT', 1, 'STREAMS', this.key, 0);
  }

  #addPending(element: PendingElement): void {
    const [first] = this.#run;
    const alike =
      first === undefined ||
      (first.consumer === element.consumer &&
        first.deliveredAt === element.deliveredAt &&
        first.deliveries === element.deliveries);
    if (!alike || this.#run.length >= mostIds) this.#claimRun();
    this.#run.push(element);
  }

  /** https://redis.io/docs/latest/commands/xclaim/ */
  #claimRun(): void {
    const [first] = this.#run;
    if (!first) return;
    const ids = this.#run.map(({ id }) => id);
    const options = ['TIME', first.deliveredAt, 'RETRYCOUNT', first.deliveries, 'FORCE', 'JUSTID'];
    this.write('XCLAIM', this.key, first.group, first.consumer, 0, ...ids, ...options);
    this.#run = [];
  }

  #stateOf() {
    const { length, lastId, counters } = this.#state as StreamState;
    return {
      length,
      lastId: Buffer.from(lastId),
      entriesAdded: counters?.entriesAdded,
      maxDeleted: counters ? Buffer.from(counters.maxDeletedId) : undefined,
      groups: this.#groups,
    };
  }
}

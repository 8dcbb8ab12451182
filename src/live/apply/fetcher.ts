import type { Selection } from '../../selection/selection.js';
import type { BigValues } from './big-values.js';
import type { DueKey, FutureKeys } from './future-keys.js';
import type { Sender } from './sender.js';
import type { SourceSize, SourceValues } from './source-values.js';
import type { ValueWriter } from './value-writer.js';

/** Keys that are fetched at a time, and about how many bytes of them. */
const most = 128;
const mostBytes = 16 << 20;

interface Parts {
  sender: Sender;
  future: FutureKeys;
  source: SourceValues;
  values: ValueWriter;
  bigValues: BigValues;
  selection: Selection;
}

/** Brings keys that are to be fetched into the batch that is being filled, each marked with the offset of its value. */
export class Fetcher {
  constructor(private readonly parts: Parts) {}

  /** As many of them as are held at once. @param position what was read of the stream. @throws MigrationError of the source */
  async fetch(position: number): Promise<void> {
    const { future, sender } = this.parts;
    const byDatabase = new Map<number, DueKey[]>();
    for (const key of future.takeDue(most)) byDatabase.set(key.db, [...(byDatabase.get(key.db) ?? []), key]);
    const fetched: DueKey[] = [];
    for (const [db, keys] of byDatabase) fetched.push(...(await this.#fetchSome(db, keys, position)));
    sender.batch.values = fetched;
  }

  /** @returns those that were fetched; the others stay to be fetched */
  async #fetchSome(db: number, keys: readonly DueKey[], position: number): Promise<DueKey[]> {
    const sizes = await this.parts.source.sizes(db, names(keys));
    const [big, small]: [DueKey[], DueKey[]] = [[], []];
    let bytes = 0;
    for (const [index, key] of keys.entries()) {
      const size = sizes[index] as SourceSize;
      if (bytes > mostBytes) this.parts.future.giveBack(key);
      else if (await this.#fetchBig(key, size, position)) big.push(key);
      else {
        small.push(key);
        bytes += size.bytes;
      }
    }
    if (small.length > 0) await this.#fetchFrom(db, small, position);
    return [...big, ...small];
  }

  /** @returns false when it is to be fetched as a whole */
  async #fetchBig(key: DueKey, size: SourceSize, position: number): Promise<boolean> {
    const { bigValues } = this.parts;
    const offset = bigValues.takes(size) ? await bigValues.fetch(key, size, position) : null;
    if (offset !== null) this.#mark(key, offset);
    return offset !== null;
  }

  async #fetchFrom(db: number, keys: readonly DueKey[], position: number): Promise<void> {
    const { sender, selection, source, values: writer } = this.parts;
    const { offset, values } = await source.read(db, names(keys), sender.replicationId, position);
    for (const [index, value] of values.entries()) {
      const key = keys[index] as DueKey;
      const selected = selection.types?.has(value.type) ?? true;
      sender.batch.use(selection.targetDatabase(db));
      writer.write(sender.batch, selection.targetKey(key.key), selected ? value : { ...value, payload: null });
    }
    for (const key of keys) this.#mark(key, offset);
  }

  #mark(key: DueKey, offset: number): void {
    this.parts.sender.mark(key, offset);
    this.parts.future.mark(key, offset);
  }
}

const names = (keys: readonly DueKey[]): Buffer[] => keys.map(({ key }) => key);

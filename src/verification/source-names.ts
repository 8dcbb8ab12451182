import type { KeyBatch } from '../keys/key-batch.js';
import type { KeyFeed, Page } from '../keys/key-feed.js';
import type { Selection } from '../selection/selection.js';

/** Keys of the target as the source calls them; those that no selected key of the source can be are left out. */
export class SourceNames implements KeyFeed {
  readonly #given = new Map<KeyBatch, Page>();

  constructor(
    private readonly target: KeyFeed,
    private readonly selection: Selection,
  ) {}

  async next(): Promise<Page | undefined> {
    const page = await this.target.next();
    if (!page) return undefined;
    const keys = page.keys.renamed((into, wire, from, to) => this.selection.appendSourceKey(into, wire, from, to));
    this.#given.set(keys, page);
    return { ...page, keys };
  }

  recycle({ keys }: Page): void {
    const given = this.#given.get(keys);
    this.#given.delete(keys);
    if (given) this.target.recycle(given);
  }
}

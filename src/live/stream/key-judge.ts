import type { Selection } from '../../selection/selection.js';
import type { StreamCommand } from '../stream-command.js';
import { type Ahead, AheadKeys } from './ahead-keys.js';
import { KeyPlaces } from './key-places.js';
import type { Row } from './row.js';
import type { SourceKey } from './translation.js';

const unselected = -1;

/** Which keys of a command the target has as the stream knows them: those that are selected and not ahead of it. */
export class KeyJudge {
  ahead: Ahead = new AheadKeys();
  readonly places = new KeyPlaces();
  /** Of the places: whether the target has it so. */
  readonly here: boolean[] = [];
  /** Whether all are; and whether any is that is written. */
  all = false;
  any = false;
  readonly #databases = new Map<number, number>();

  constructor(private readonly selection: Selection) {}

  /** The target's number of a database of the source; below 0: it is not selected. */
  targetDatabase(db: number): number {
    const known = this.#databases.get(db);
    if (known !== undefined) return known;
    const target = this.selection.databases([db]).length > 0 ? this.selection.targetDatabase(db) : unselected;
    this.#databases.set(db, target);
    return target;
  }

  judge(command: StreamCommand, row: Row): void {
    const { places, here } = this;
    places.find(command, row.keys);
    this.all = true;
    this.any = false;
    for (let place = 0; place < places.count; place++) {
      const is = this.#isHere(command, place);
      here[place] = is;
      if (!is) this.all = false;
      else if (places.written[place]) this.any = true;
    }
  }

  /** The written ones that are here. */
  written({ bytes, from, to }: StreamCommand): SourceKey[] {
    const { places, here } = this;
    const keys: SourceKey[] = [];
    for (let place = 0; place < places.count; place++) {
      const word = places.words[place] as number;
      if (places.written[place] && here[place])
        keys.push({ db: places.dbs[place] as number, key: Buffer.from(bytes.subarray(from[word], to[word])) });
    }
    return keys;
  }

  #isHere({ bytes, from, to, endOffset }: StreamCommand, place: number): boolean {
    const [word, db] = [this.places.words[place] as number, this.places.dbs[place] as number];
    const [start, end] = [from[word] as number, to[word] as number];
    if (this.targetDatabase(db) < 0 || !this.selection.accepts(bytes, start, end)) return false;
    return !this.ahead.has(db, bytes, start, end, endOffset);
  }
}

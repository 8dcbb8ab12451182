import type { RowReader } from './decode/row-reader.js';
import { opcode } from './opcodes.js';

const mostAux = 100;
const mostAuxBytes = 1024;

/** What stands between the keys of a snapshot and matters for what follows. */
export class Notes {
  /** What the snapshot says of itself, such as `redis-ver` and `repl-id`: short ones, and no more than so many. */
  readonly aux = new Map<string, string>();

  /** @param db the database of what follows */
  constructor(public db: number) {}

  /** A record that is all there. */
  take(found: number, row: RowReader): void {
    if (found === opcode.database) this.db = row.length();
    if (found !== opcode.aux || this.aux.size >= mostAux) return;
    const [name, value] = [row.string(), row.string()];
    if (name.length + value.length <= mostAuxBytes) this.aux.set(name.toString(), value.toString());
  }
}

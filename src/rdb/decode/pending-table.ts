import { ByteBuilder } from '../../resp/bytes.js';

const idBytes = 16;
const rowBytes = 32;

/** What a group knows of entries that were delivered and not acknowledged, until their consumers follow: 32 bytes each. */
export class PendingTable {
  readonly #rows = new ByteBuilder();
  readonly #row = Buffer.alloc(rowBytes);

  clear(): void {
    this.#rows.clear();
  }

  /** @returns false when the id isn't greater than the one before */
  add(id: Buffer, deliveredAt: number, deliveries: number): boolean {
    const before = this.#rows.view();
    if (before.length > 0 && before.compare(id, 0, idBytes, before.length - rowBytes, before.length - idBytes) >= 0)
      return false;
    id.copy(this.#row);
    this.#row.writeDoubleLE(deliveredAt, idBytes);
    this.#row.writeDoubleLE(deliveries, idBytes + 8);
    this.#rows.append(this.#row);
    return true;
  }

  find(id: Buffer): { deliveredAt: number; deliveries: number } | undefined {
    const rows = this.#rows.view();
    let [low, high] = [0, rows.length / rowBytes];
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = middle * rowBytes;
      const order = rows.compare(id, 0, idBytes, at, at + idBytes);
      if (order === 0)
        return { deliveredAt: rows.readDoubleLE(at + idBytes), deliveries: rows.readDoubleLE(at + idBytes + 8) };
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return undefined;
  }
}

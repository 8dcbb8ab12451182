/** Keeps the end of a stream: far more than is ever shown, so that a secret that the cut would halve is hidden whole. */
export class Tail {
  private kept = Buffer.alloc(0);
  static readonly mostBytes = 64 * 1024;

  push(chunk: Uint8Array): void {
    this.kept = Buffer.concat([this.kept, chunk]).subarray(-Tail.mostBytes);
  }

  get bytes(): Buffer {
    return this.kept;
  }
}

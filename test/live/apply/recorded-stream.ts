import { connect as connectTcp, type Socket } from 'node:net';
import { type RedisServer, waitFor } from '../../lab/index.js';

/** All that a server has sent to its replicas since the beginning, by its offsets: a spool that forgets nothing. */
export class RecordedStream {
  replicationId = '';
  /** The offset before the first byte. */
  start = 0;
  #bytes: Buffer = Buffer.alloc(1 << 20);
  #length = 0;
  #begun = false;
  #waiting: (() => void)[] = [];

  private constructor(private readonly socket: Socket) {
    socket.on('data', chunk => {
      this.#append(chunk);
      const waiting = this.#waiting;
      this.#waiting = [];
      if (this.#begun) for (const resolve of waiting) resolve();
    });
  }

  /** Attaches as a replica. */
  static async attach(server: RedisServer): Promise<RecordedStream> {
    const stream = new RecordedStream(connectTcp(server.port, server.host));
    stream.socket.setNoDelay(true);
    stream.socket.write('*3\r\n$5\r\nPSYNC\r\n$1\r\n?\r\n$2\r\n-1\r\n');
    await waitFor(() => stream.#skipSnapshot(), { what: 'the snapshot', everyMs: 5 });
    return stream;
  }

  get end(): number {
    return this.start + this.#length;
  }

  /** Up to so many bytes behind an offset; waits for one at least. */
  async read(from: number, most: number): Promise<Buffer> {
    while (from >= this.end) await new Promise<void>(resolve => this.#waiting.push(resolve));
    const at = from - this.start;
    return this.#bytes.subarray(at, Math.min(this.#length, at + most));
  }

  close(): void {
    this.socket.destroy();
  }

  #append(chunk: Buffer): void {
    if (this.#length + chunk.length > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(this.#length + chunk.length, this.#bytes.length * 2));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    chunk.copy(this.#bytes, this.#length);
    this.#length += chunk.length;
  }

  /** `+FULLRESYNC <id> <offset>`, keep-alive newlines, `$<length>` and so many bytes: diskless sync is off. */
  #skipSnapshot(): boolean {
    const head = this.#bytes.toString('latin1', 0, Math.min(200, this.#length));
    const [, id, offset, newlines = '', length] = /^\+FULLRESYNC (\w+) (\d+)\r\n(\n*)\$(\d+)\r\n/.exec(head) ?? [];
    if (!id || !length) return false;
    const size = `+FULLRESYNC ${id} ${offset}\r\n${newlines}$${length}\r\n`.length + Number(length);
    if (this.#length < size) return false;
    this.#bytes = Buffer.from(this.#bytes.subarray(size, this.#length));
    this.#length -= size;
    this.replicationId = id;
    this.start = Number(offset);
    this.#begun = true;
    return true;
  }
}

import { connect as connectTcp, type Socket } from 'node:net';
import { type RedisServer, waitFor } from '../../lab/index.js';

const barrier = '__barrier';

/** What a server sends to its replicas. It keeps nothing from the test: a bare socket, and SYNC. */
export class StreamTap {
  #received: Buffer = Buffer.alloc(0);
  #barriers = 0;

  private constructor(
    private readonly server: RedisServer,
    private readonly socket: Socket,
  ) {
    socket.on('data', chunk => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
  }

  static async attach(server: RedisServer): Promise<StreamTap> {
    const tap = new StreamTap(server, connectTcp(server.port, server.host));
    tap.socket.write('*1\r\n$4\r\nSYNC\r\n');
    await waitFor(() => tap.#skipSnapshot(), { what: 'the snapshot', everyMs: 5 });
    return tap;
  }

  /** Everything since the last time. */
  async take(): Promise<Buffer> {
    const value = `barrier ${++this.#barriers}`;
    await this.server.cli('SET', barrier, value);
    const end = Buffer.from(`$${value.length}\r\n${value}\r\n`);
    await waitFor(() => this.#received.includes(end), { what: 'the stream', everyMs: 2 });
    const to = this.#received.indexOf(end) + end.length;
    const taken = this.#received.subarray(0, to);
    this.#received = this.#received.subarray(to);
    await this.server.cli('DEL', barrier);
    return taken;
  }

  close(): void {
    this.socket.destroy();
  }

  /** Keep-alive newlines, then `$<length>\r\n` and so many bytes. */
  #skipSnapshot(): boolean {
    const [, newlines = '', length] = /^(\n*)\$(\d+)\r\n/.exec(this.#received.toString('latin1', 0, 100)) ?? [];
    if (length === undefined) return false;
    const end = newlines.length + length.length + 3 + Number(length);
    if (this.#received.length < end) return false;
    this.#received = this.#received.subarray(end);
    return true;
  }
}

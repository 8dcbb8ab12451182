import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A link on which what the server answers can be kept back, while what it is told goes on: then it is cut. */
export class MutedLink {
  readonly host = '127.0.0.1';
  port = 0;
  #muted = false;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer(client => this.#join(client));

  constructor(private readonly to: { host: string; port: number }) {}

  async open(): Promise<this> {
    this.#server.listen(0, this.host);
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  mute(): void {
    this.#muted = true;
  }

  /** Ends all connections; those that follow are heard. */
  cut(): void {
    this.#muted = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #join(client: Socket): void {
    const server = connect(this.to);
    for (const socket of [client, server]) {
      this.#sockets.add(socket.setNoDelay(true));
      socket.on('error', () => {}); // 'close' follows
      socket.on('close', () => {
        this.#sockets.delete(socket);
        client.destroy();
        server.destroy();
      });
    }
    client.on('data', bytes => server.write(bytes));
    server.on('data', bytes => this.#muted || client.write(bytes));
  }
}

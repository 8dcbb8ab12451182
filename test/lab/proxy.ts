import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './ports.js';

export interface ProxyOptions {
  to: { host: string; port: number };
  /** Every piece of data comes so much later, both ways. @default 0 */
  delayMs?: number;
}

/** A link that can be cut, stalled and slowed: a TCP proxy on 127.0.0.1. */
export async function startProxy(options: ProxyOptions): Promise<LinkProxy> {
  const proxy = new LinkProxy(options, await freePort());
  await proxy.restore();
  return proxy;
}

export class LinkProxy {
  readonly host = '127.0.0.1';
  delayMs: number;
  /** Bytes forwarded so far, both ways. */
  forwarded = 0;
  /** New connections go there: who moves it moves the address that clients know, as after a failover. */
  to: ProxyOptions['to'];
  readonly #sockets = new Set<Socket>();
  /** What came from them waits for that. */
  readonly #held = new WeakMap<Socket, Promise<void>>();
  #stalled = false;
  #resumed: Promise<void> = Promise.resolve();
  #goOn = () => {};
  #server: Server | null = null;

  constructor(
    options: ProxyOptions,
    readonly port: number,
  ) {
    this.to = options.to;
    this.delayMs = options.delayMs ?? 0;
  }

  /** `host:port`, for `addressForPeer`. */
  get address(): string {
    return `${this.host}:${this.port}`;
  }

  /** Drops every connection and refuses new ones. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const socket of this.#sockets) socket.resetAndDestroy();
    if (server) await new Promise(resolve => server.close(resolve));
  }

  /** After a cut: takes connections again. */
  async restore(): Promise<void> {
    if (this.#server) return;
    this.#server = createServer(client => this.#join(client));
    this.#server.listen(this.port, this.host);
    await once(this.#server, 'listening');
  }

  /** Connections stand and are still taken, yet no byte goes through. */
  stall(): void {
    if (this.#stalled) return;
    this.#stalled = true;
    this.#resumed = new Promise(resolve => {
      this.#goOn = resolve;
    });
    for (const socket of this.#sockets) socket.pause();
  }

  resume(): void {
    this.#stalled = false;
    this.#goOn();
    for (const socket of this.#sockets) socket.resume();
  }

  /** What is sent through the connections that stand now waits until it is let go, and comes then, though its sender may be gone. */
  hold(): () => void {
    let letGo = () => {};
    const free = new Promise<void>(resolve => {
      letGo = resolve;
    });
    for (const socket of this.#sockets) this.#held.set(socket, free);
    return letGo;
  }

  close(): Promise<void> {
    return this.cut();
  }

  #join(client: Socket): void {
    const server = connect(this.to);
    this.#forward(client, server);
    this.#forward(server, client);
  }

  #forward(from: Socket, to: Socket): void {
    let before = Promise.resolve();
    this.#sockets.add(from);
    from.setNoDelay(true);
    from.on('data', data => {
      before = before.then(() => this.#pass(data, from, to));
    });
    from.on('error', () => {}); // 'close' follows
    from.on('close', () => {
      this.#sockets.delete(from);
      void before.then(() => to.destroySoon());
    });
    if (this.#stalled) from.pause();
  }

  async #pass(data: Buffer, from: Socket, to: Socket): Promise<void> {
    if (this.delayMs > 0) await sleep(this.delayMs);
    if (this.#stalled) await this.#resumed;
    await this.#held.get(from);
    if (to.destroyed) return;
    this.forwarded += data.length;
    if (to.write(data)) return;
    from.pause();
    await Promise.race([once(to, 'drain'), once(to, 'close')]).catch(() => {}); // an error, and 'close' follows
    if (!this.#stalled) from.resume();
  }
}

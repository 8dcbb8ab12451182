import { once } from 'node:events';
import { connect, createServer } from 'node:net';

// Below the ports that systems give to outgoing connections (from 32768 or 49152 on): a client that keeps trying a dead
// server's port in that range ends up connected to itself, and holds the port against the server's restart.
const lowest = 16_384;
const highest = 32_000;
const given = new Set<number>();

/** A port of 127.0.0.1 that nobody listens on and that this process hasn't given away yet. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`no free port between ${lowest} and ${highest} after 200 attempts`);
}

/** Starts something on the wanted port, or else on a free one: again on another if somebody was faster. */
export async function onPort<T>(wanted: number | undefined, start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(wanted ?? (await freePort()));
    } catch (error) {
      const taken = wanted === undefined && /address already in use/i.test(String(error));
      if (!taken || attempt === 5) throw error;
    }
  }
}

/**
 * Asked before a start: otherwise whoever already listens there would answer for the one that couldn't start. Asks by
 * connecting, not by listening: clients that wait for a server's return must not meet an impostor.
 */
export async function assertFree(port: number): Promise<void> {
  if (await isAnswered(port)) throw new Error(`port ${port}: address already in use`);
}

/** Whether somebody listens there. */
export async function isAnswered(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

import { connect as connectTcp, isIP, type Socket, type TcpSocketConnectOpts } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Endpoint } from '../server/endpoint.js';
import { unreachable } from './failure.js';

/** Read into the same memory again and again, so that bulk replies leave nothing to collect. */
const readBytes = 128 << 10;

/**
 * Opens TCP, or TLS with the certificate verified, and resolves once it is safe to send a secret.
 * `receive` gets chunks that are valid only while it runs.
 * @throws MigrationError Unreachable, TlsFailed
 */
export async function dial(endpoint: Endpoint, receive: (chunk: Buffer) => void, timeoutMs: number): Promise<Socket> {
  const socket = create(endpoint, receive);
  socket.setTimeout(timeoutMs);
  try {
    await opened(socket, endpoint.tls ? 'secureConnect' : 'connect', timeoutMs);
    return socket.setTimeout(0);
  } catch (cause) {
    socket.on('error', () => {}).destroy();
    throw unreachable(endpoint, cause);
  }
}

function create(endpoint: Endpoint, receive: (chunk: Buffer) => void): Socket {
  const options: TcpSocketConnectOpts = { host: endpoint.host, port: endpoint.port, noDelay: true, keepAlive: true };
  const callback = (size: number, bytes: Uint8Array): boolean => {
    receive(Buffer.from(bytes.buffer, bytes.byteOffset, size));
    return true;
  };
  options.onread = { buffer: Buffer.allocUnsafeSlow(readBytes), callback };
  return endpoint.tls ? connectTls({ ...options, ...tlsOptions(endpoint) }) : connectTcp(options);
}

function tlsOptions({ host, tls }: Endpoint): object {
  const { serverName, ...material } = tls ?? {};
  // A server name that is an address is not allowed in the handshake; the certificate is checked against the host then.
  const servername = serverName ?? (isIP(host) ? undefined : host);
  return { ...material, ...(servername === undefined ? {} : { servername }), rejectUnauthorized: true };
}

function opened(socket: Socket, event: 'connect' | 'secureConnect', timeoutMs: number): Promise<void> {
  const handshake = event === 'secureConnect' ? ' to the TLS handshake' : '';
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('error', reject);
    socket.once('timeout', () => reject(new Error(`no answer${handshake} within ${timeoutMs} ms`)));
    socket.once('close', () => reject(new Error('the connection was closed')));
  });
}

import { RespReader } from './reader.js';
import { RespError } from './reply.js';

/** The first error among replies that were kept as bytes. */
export function firstError(bytes: Buffer): RespError {
  const reader = new RespReader();
  for (let at = 0; at < bytes.length; ) {
    at = reader.read(bytes, at);
    const reply = reader.take();
    if (reply instanceof RespError) return reply;
  }
  return new RespError('ERR an error beyond what was kept of the replies');
}

import { RespReader } from './reader.js';
import { type Reply, RespError } from './reply.js';

/** The first error among replies that were kept as bytes, those of a transaction's commands too. */
export function firstError(bytes: Buffer, side?: RespError['side']): RespError {
  const error = find(bytes);
  error.side = side;
  return error;
}

function find(bytes: Buffer): RespError {
  const reader = new RespReader();
  for (let at = 0; at < bytes.length; ) {
    at = reader.read(bytes, at);
    const error = errorIn(reader.take());
    if (error) return error;
  }
  return new RespError('ERR an error beyond what was kept of the replies');
}

function errorIn(reply: Reply | undefined): RespError | undefined {
  if (reply instanceof RespError) return reply;
  if (!Array.isArray(reply)) return undefined;
  for (const item of reply) {
    const error = errorIn(item);
    if (error) return error;
  }
  return undefined;
}

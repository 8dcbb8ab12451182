import type { ReplyCursor } from '../keys/reply-cursor.js';
import { RespError } from '../resp/reply.js';

const minus = 45;

/** The error that a reply is, if it is one. */
export function errorIn({ bytes, start, to }: ReplyCursor): RespError | undefined {
  return bytes[start] === minus ? new RespError(bytes.toString('utf8', start + 1, to)) : undefined;
}

/** Another version of payloads, which is that of all of them. https://redis.io/docs/latest/commands/restore/ */
export const isForeignVersion = ({ message }: RespError): boolean => /DUMP payload version or checksum/i.test(message);

/** Or a value of a kind that this one doesn't have. */
export const isForeign = (error: RespError): boolean =>
  isForeignVersion(error) || /Bad data format/i.test(error.message);

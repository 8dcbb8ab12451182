import { randomBytes } from 'node:crypto';
import { ownPrefix } from '../../contract/own-prefix.js';
import { keySlot, tagOfSlot } from '../../keys/hash-slot.js';
import type { RespConnection } from '../../resp/connection.js';
import { type Reply, RespError } from '../../resp/reply.js';

/** Where a value is made that is to be `place`, in the same slot. Random, since a stale attempt may be at the same key. */
export const temporaryKey = (place: Buffer): Buffer =>
  Buffer.from(`${ownPrefix}tmp:{${tagOfSlot(keySlot(place))}}:${randomBytes(12).toString('hex')}`);

/**
 * Whether RENAME or RENAMENX, the last but one of a transaction, has put it in its place. It finds no temporary key when
 * the expiry is over by the target's clock: then nothing is what is to be there.
 * @throws RespError of any other command
 */
export function isPlaced(results: readonly Reply[], { endpoint }: RespConnection): boolean {
  const errors = results.filter(reply => reply instanceof RespError);
  for (const error of errors) {
    error.side = endpoint.side;
    if (!/^ERR no such key/i.test(error.message)) throw error;
  }
  return errors.length > 0 || results.at(-2) !== 0;
}

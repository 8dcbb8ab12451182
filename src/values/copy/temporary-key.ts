import { randomBytes } from 'node:crypto';
import { ownPrefix } from '../../contract/own-prefix.js';
import { keySlot, tagOfSlot } from '../../keys/hash-slot.js';

/** Where a value is made that is to be `place`, in the same slot. Random, since a stale attempt may be at the same key. */
export const temporaryKey = (place: Buffer): Buffer =>
  Buffer.from(`${ownPrefix}tmp:{${tagOfSlot(keySlot(place))}}:${randomBytes(12).toString('hex')}`);

import { RespError } from '../../resp/reply.js';

/** The pieces that were read are not of one value, or those that were written are lost: the value is to be copied again. */
export class ValueChanged extends Error {
  override readonly name = 'ValueChanged';
}

/** What a server answers about a key that changed its type, or vanished, between two pieces. */
export const isOfChangedKey = (error: unknown): boolean =>
  error instanceof RespError && /^(WRONGTYPE|NOGROUP|ERR no such key)/i.test(error.message);

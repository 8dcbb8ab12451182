import { ExpectedPayloadDigest } from '../resp/payload-digest.js';
import { RespError } from '../resp/reply.js';
import { type Asker, type Evidence, evidence, type Pair, type ValueType } from './pair.js';

/** A type of a module, or one that is newer than this program: compared by its DUMP payload, of any size. */
export const opaque: ValueType = { difference };

async function difference({ source, target, key, signal }: Pair): Promise<Evidence> {
  signal?.throwIfAborted();
  const [one, other] = await Promise.all([payloadDigest(source, key), payloadDigest(target, key)]);
  return one === other ? null : evidence(one);
}

async function payloadDigest(asker: Asker, key: Buffer): Promise<string | null> {
  const digest = await asker.receive(['DUMP', key], new ExpectedPayloadDigest());
  if (digest instanceof RespError) throw digest;
  return digest;
}

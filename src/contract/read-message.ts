import { integer, plainText, size } from './fields.js';
import type { CutoverMessage, MessageName, ReasonMessage, RetryMessage } from './messages.js';
import { Problems } from './problems.js';
import { isObject, leaf, partial, type Reader } from './schema.js';
import { kindOf } from './show.js';

/** What each message carries, read. */
export interface MessageContents {
  cutover: CutoverMessage;
  pause: object;
  resume: object;
  retry: RetryMessage;
  abort: ReasonMessage;
  rollback: ReasonMessage;
  complete: object;
  /** Null: unlimited. Missing: as before. Bytes are plain. */
  setRate: { maxKeysPerSecond?: number | null; maxBytesPerSecond?: number | null };
}

export type ReadMessage<N extends MessageName> =
  | { message: MessageContents[N]; problems: [] }
  | { message: null; problems: string[] };

/** Judges the argument of a message; none at all is fine for each. Pure, and never throws. */
export const readMessage = <N extends MessageName>(name: N, argument: unknown): ReadMessage<N> => {
  const problems = new Problems();
  // Some clients send null for an argument that wasn't given.
  const message = readers[name](argument ?? {}, name, problems);
  const texts = problems.texts();
  return texts.length > 0 ? { message: null, problems: texts } : { message, problems: [] };
};

/** `read`, with null as a value of its own. */
const nullable =
  <T>(read: Reader<T | undefined>): Reader<T | null | undefined> =>
  (value, path, problems) =>
    value === null ? null : read(value, path, problems);

const reason = partial({ reason: plainText(0, 500) });
const nothing = partial({});

const readers: { [N in MessageName]: Reader<MessageContents[N]> } = {
  cutover: partial({ acceptLossBytes: integer(0, Number.MAX_SAFE_INTEGER) }),
  pause: nothing,
  resume: nothing,
  // The patch itself is judged against the input, by applyPatch.
  retry: partial({ patch: leaf('an object', value => (isObject(value) ? value : undefined), kindOf) }),
  abort: reason,
  rollback: reason,
  complete: nothing,
  setRate: partial({
    maxKeysPerSecond: nullable(integer(1, 1_000_000_000)),
    maxBytesPerSecond: nullable(size(1)),
  }),
};

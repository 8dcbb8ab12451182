import { ReplyCursor } from '../../keys/reply-cursor.js';
import { RespError } from '../../resp/reply.js';
import type { Batch } from './batch.js';

const [minus, asterisk] = [45, 42];

/** What the target answered to a batch with errors. */
export interface Verdict {
  /** Nothing of it was done. */
  aborted: boolean;
  /** By the number of the command: those that failed, or, when it was aborted, weren't queued. */
  failed: Map<number, RespError>;
  /** Those that were answered with an array of nothing. */
  empty: Set<number>;
}

/** Reads the answers: to MULTI, to each command, and to EXEC, which has an answer to each command in it. */
export function judge({ replies, commands }: Batch): Verdict {
  const reply = new ReplyCursor(replies.view());
  reply.next();
  const failed = new Map<number, RespError>();
  const empty = new Set<number>();
  for (let command = 0; command < commands; command++) note(reply, command, failed);
  reply.next();
  if (replies.view()[reply.start] !== asterisk)
    return { aborted: true, failed: failed.size > 0 ? failed : whole(reply), empty };
  for (let command = 0; command < commands; command++) note(reply, command, failed, empty);
  return { aborted: false, failed, empty };
}

/** Goes over one answer, with all that is in it. */
function note(reply: ReplyCursor, command: number, failed: Map<number, RespError>, empty?: Set<number>): void {
  for (let left = 1; left > 0; left--) {
    reply.next();
    const { bytes, start, to, value } = reply;
    if (bytes[start] === asterisk && value > 0) left += value;
    else if (bytes[start] === asterisk && value === 0) empty?.add(command);
    else if (bytes[start] === minus && !failed.has(command)) failed.set(command, errorAt(reply, to));
  }
}

const whole = (reply: ReplyCursor): Map<number, RespError> => new Map([[0, errorAt(reply, reply.to)]]);

const errorAt = ({ bytes, start }: ReplyCursor, to: number): RespError =>
  new RespError(bytes.toString('utf8', start + 1, to));

/** What the server is in, not what the command is: it passes, or a person sees to it. */
const ofTheServer = new Set(
  'OOM READONLY MISCONF NOPERM NOAUTH LOADING BUSY MASTERDOWN NOREPLICAS CLUSTERDOWN MOVED ASK TRYAGAIN'.split(' '),
);

export const isOfTheServer = ({ code }: RespError): boolean => ofTheServer.has(code);

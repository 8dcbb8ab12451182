import { promotedKey } from '../../cutover/marker.js';
import type { Server } from '../../server/connect.js';
import type { Endpoint } from '../../server/endpoint.js';
import { parseInfo } from '../../server/info.js';
import { checkpointKey } from '../checkpoint.js';
import { receiveStream, type StreamOutcome, type StreamSink } from '../receive/receive-stream.js';
import { StreamReader } from '../stream/index.js';
import { wordAt } from '../stream/words.js';
import { isKept, markPlace, placeIn } from './arm-backlog.js';
import type { TargetPlace } from './mark.js';
import { WayBackLost } from './way-back-lost.js';

/** Where the target's own stream is followed from, for the way back: noted on the target. */
export interface BackPlace extends TargetPlace {
  /** The offset of the mark of the promotion: what comes behind it is carried back. Missing: not looked for yet. */
  promotedAt?: number;
  /** Of the directory for spools from which the source is fed. Missing: nowhere yet. */
  spoolId?: string;
}

export const backPlaceKey = (workflowId: string): string => `${checkpointKey(workflowId)}:back`;

/**
 * Notes where the target's stream is shortly before its promotion. Behind the place it says which database is selected, by
 * writes in two of them. A target that keeps nothing of its stream has no way back, and takes over all the same.
 */
export async function noteBackPlace(target: Server, workflowId: string): Promise<void> {
  const [info] = await target.transaction([...markPlace, ['DEL', backPlaceKey(workflowId)]]);
  const fields = parseInfo(String(info));
  if (info instanceof Error || !isKept(fields)) return;
  await target.call('SET', backPlaceKey(workflowId), JSON.stringify(placeIn(fields)));
}

/**
 * Reads the target's stream from the place on until the mark of the promotion.
 * @returns the offset of the mark. @throws WayBackLost: the target does not keep it any more; MigrationError
 */
export async function findPromotion(target: Endpoint, place: TargetPlace, signal: AbortSignal): Promise<number> {
  const found = new AbortController();
  const search = new MarkSearch(place, offset => found.abort(offset));
  const onOutcome = ({ kind }: StreamOutcome) => {
    if (kind === 'full') throw new WayBackLost('the target keeps nothing of its stream before its promotion any more');
  };
  const options = { signal: AbortSignal.any([signal, found.signal]), onOutcome };
  try {
    return await receiveStream(target, place, search, options);
  } catch (error) {
    if (found.signal.aborted) return search.found as number;
    const cause = error instanceof Error ? error.cause : undefined;
    throw cause instanceof WayBackLost ? cause : error;
  }
}

const mark = Buffer.from(promotedKey);

class MarkSearch implements StreamSink {
  readonly snapshot = null;
  end: number;
  found: number | undefined;
  readonly #reader: StreamReader;

  constructor(
    from: TargetPlace,
    private readonly onFound: (offset: number) => void,
  ) {
    this.end = from.offset;
    this.#reader = new StreamReader(from);
  }

  get durable(): number {
    return 0;
  }

  append(bytes: Buffer, arrivedAt: number): undefined {
    this.end += bytes.length;
    if (this.found !== undefined) return;
    this.#reader.push(bytes, arrivedAt);
    for (let command = this.#reader.next(); command; command = this.#reader.next()) {
      if (command.name !== 'SET' || !wordAt(command, 1).equals(mark)) continue;
      this.found = command.endOffset;
      return this.onFound(command.endOffset) as undefined;
    }
  }

  async renameId(): Promise<void> {}
  async sync(): Promise<void> {}

  async begin(): Promise<never> {
    throw new WayBackLost('the target sends a snapshot instead of its stream');
  }

  finishSnapshot = (): Promise<never> => this.begin();
}

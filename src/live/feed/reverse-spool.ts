import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { ByteBuilder } from '../../resp/bytes.js';
import { maxPayload } from '../spool/record.js';
import type { SpoolSettings } from '../spool/settings.js';
import { StreamSpool } from '../spool/stream-spool.js';
import { Acknowledged } from './acknowledged.js';
import { appendMark, leastMark, type Mark, readMark } from './mark.js';
import { SettledReader } from './settled-reader.js';
import type { StreamBytes, StreamBytesReader } from './stream-bytes.js';
import { WayBackLost } from './way-back-lost.js';

/** Where source and target stand when nothing was fed yet. */
export interface ReverseBeginning {
  /** The source, where it was parked. */
  source: { replicationId: string; offset: number };
  target: Mark;
}

/**
 * What the source is to be told, by the source's own offsets: on the disk before it is sent. It ends in a mark that says
 * where the target's stream was then; what comes behind the last mark is not sent, and not kept over a restart.
 */
export class ReverseSpool implements StreamBytes {
  readonly acknowledged = new Acknowledged();
  /** The offset up to which all is on the disk, and may be sent. */
  #end: number;
  /** Behind the last mark, and the target's offset there. */
  #marked: { end: number; target: number };
  /** The target's offset up to which all is on the disk. */
  settled: number;
  /** What was marked is on its way to the disk. */
  settling = false;
  /** Called when it is there. */
  onSettled: () => void = () => {};
  readonly #waiting = new Set<() => void>();
  readonly #batch = new ByteBuilder();

  private constructor(
    private readonly spool: StreamSpool,
    /** What it ended with when it was opened. */
    readonly found: Mark,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.#end = spool.end;
    this.#marked = { end: spool.end, target: found.offset };
    this.settled = found.offset;
    this.acknowledged.marked(spool.end, found.offset);
  }

  /**
   * @param onFailure told what the disk refused, once
   * @param dir for this alone; what is there of another parking goes
   * @throws MigrationError SpoolFailed, Superseded; WayBackLost: it is damaged
   */
  static async open(
    dir: string,
    { source, target }: ReverseBeginning,
    settings: Partial<SpoolSettings>,
    onFailure: (error: unknown) => void,
  ): Promise<ReverseSpool> {
    const endsWell = (record: Buffer) => readMark(record) !== undefined;
    const place = await onlyFor(dir, source);
    const spool = await StreamSpool.open(place, { ...settings, fsync: 'always', endsWell });
    try {
      if (spool.replicationId === null || spool.end === spool.start) await begin(spool, source.offset, target);
      return new ReverseSpool(spool, await lastMark(spool), onFailure);
    } catch (error) {
      await spool.close();
      throw error;
    }
  }

  /** Under which the source is fed: drawn when the spool was begun, so that no other can go on in its place. */
  get replicationId(): string {
    return this.spool.replicationId ?? '';
  }

  get start(): number {
    return this.spool.start;
  }

  get end(): number {
    return this.#end;
  }

  get bytes(): number {
    return this.spool.bytes;
  }

  /** Keeps a stretch that isn't whole yet. @returns a promise while the disk is behind */
  add(bytes: Buffer): Promise<void> | undefined {
    return this.spool.append(bytes, Date.now());
  }

  /** Keeps bytes with which all is said up to the mark. @returns a promise while the disk is behind */
  mark(bytes: Buffer, mark: Mark): Promise<void> | undefined {
    const batch = this.#batch.clear().append(bytes);
    appendMark(batch, mark);
    // In one record if it can be; else the mark is in one.
    if (batch.length > maxPayload) this.spool.append(bytes, Date.now());
    const rest = batch.length > maxPayload ? batch.view().subarray(bytes.length) : batch.view();
    const held = this.spool.append(rest, Date.now());
    this.#marked = { end: this.spool.end, target: mark.offset };
    this.acknowledged.marked(this.spool.end, mark.offset);
    if (!this.settling) void this.#settle();
    return held;
  }

  /** Of the target's stream up to there, nothing was to be kept behind the last mark. */
  passed(target: number): void {
    const { end } = this.#marked;
    this.#marked = { end, target };
    this.acknowledged.marked(end, target);
    if (this.#end === end) this.settled = target;
  }

  reader(from: number): StreamBytesReader {
    return new SettledReader(this.spool.reader(from), from, this);
  }

  /** Resolves when more may be sent. */
  grown(from: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#end > from) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        if (signal.aborted) reject(signal.reason);
        else resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  /** The source will not ask for what is before this offset again. */
  trim(offset: number): Promise<void> {
    return this.spool.trim(offset);
  }

  close(): Promise<void> {
    return this.spool.close();
  }

  async #settle(): Promise<void> {
    this.settling = true;
    try {
      while (this.#end < this.#marked.end) {
        const { end, target } = this.#marked;
        await this.spool.sync();
        this.#end = end;
        this.settled = target;
        for (const wake of [...this.#waiting]) wake();
      }
      this.settling = false;
      this.onSettled();
    } catch (error) {
      this.onFailure(error);
    }
  }
}

/** Makes the directory of this parking, and removes those of others. */
async function onlyFor(dir: string, { replicationId, offset }: ReverseBeginning['source']): Promise<string> {
  const name = `${replicationId}.${offset}`;
  const others = await readdir(dir).catch(() => []);
  for (const other of others) if (other !== name) await rm(path.join(dir, other), { recursive: true, force: true });
  return path.join(dir, name);
}

/** The first bytes are a mark, so that there always is one. */
async function begin(spool: StreamSpool, offset: number, target: Mark): Promise<void> {
  await spool.begin({ replicationId: randomBytes(20).toString('hex'), offset });
  const first = new ByteBuilder();
  appendMark(first, target);
  await spool.append(first.view(), Date.now());
  await spool.sync();
}

async function lastMark(spool: StreamSpool): Promise<Mark> {
  const from = Math.max(spool.start, spool.end - maxPayload);
  const tail = new ByteBuilder();
  const reader = spool.reader(from);
  try {
    while (tail.length < spool.end - from) tail.append((await reader.next())?.bytes ?? Buffer.alloc(0));
  } finally {
    await reader.close();
  }
  const mark = tail.length < leastMark ? undefined : readMark(tail.view());
  if (!mark) throw new WayBackLost(`what is kept at ${spool.dir} does not end in a mark`);
  return mark;
}

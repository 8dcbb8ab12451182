import type { MigrationError } from '../../contract/errors.js';
import { SnapshotFraming } from '../../rdb/receive/framing.js';
import { capabilities, Handshake, type SnapshotPlace, type SyncAnswer } from '../../rdb/receive/handshake.js';
import { type PacedOptions, PacedSocket, type SourceReader } from '../../rdb/receive/paced-socket.js';
import { noSnapshot } from '../../rdb/receive/receive-snapshot.js';
import { isParked } from '../../replication/state.js';
import type { Reply } from '../../resp/reply.js';
import type { Endpoint } from '../../server/endpoint.js';
import type { SpooledSnapshot } from '../spool/spooled-snapshot.js';
import type { StreamSpool } from '../spool/stream-spool.js';
import { Acknowledger } from './acknowledger.js';
import { GetackWatch } from './getack.js';
import { roleIn, SourceDemoted, type SourceRole } from './role.js';

/** What the source agreed to. */
export type StreamOutcome =
  /** It goes on from where the spool is, under this id: a new one after a failover. */
  | { kind: 'continue'; replicationId: string; role: SourceRole }
  /** It sends a snapshot, and the stream after it: what the spool has is thrown away. */
  | { kind: 'full'; replicationId: string; offset: number; role: SourceRole };

export interface StreamHooks extends PacedOptions {
  /** Before the spool is changed. What it throws hangs up, and the spool stays as it is. */
  onOutcome?(outcome: StreamOutcome): void | Promise<void>;
  /** All of the snapshot is on the disk, and was checked. */
  onSnapshot?(snapshot: SpooledSnapshot): void;
  /** The offset from which the source will never be asked again for what is before it. @default what is durable in the spool */
  safe?(): number;
  /** How often that is told to the source, in ms. @default 1000 */
  ackEveryMs?: number;
  /**
   * Whether a source that follows another server itself will do: to go on from a position, which it can only where its
   * history is still the stream's. @default 'refuse'
   */
  replica?: 'refuse' | 'continue';
}

/** Where a stream goes: a spool, or what uses the parts of one. */
export type StreamSink = Pick<
  StreamSpool,
  'end' | 'durable' | 'snapshot' | 'begin' | 'finishSnapshot' | 'renameId' | 'append' | 'sync'
>;

/**
 * Follows a source as a replica does, and puts what it sends into the spool, until the connection or one of the two breaks.
 * @param position where the source is asked to go on from, as `spool.position` says; null: a snapshot is asked for
 * @throws always. MigrationError Unreachable (connect again: also while it loads or has lost its own primary), SourceDemoted,
 * PermissionMissing, AuthenticationFailed, NotRedis, SnapshotFailed, SpoolFailed, Superseded; the signal's reason
 */
export async function receiveStream(
  endpoint: Endpoint,
  position: SnapshotPlace | null,
  spool: StreamSink,
  hooks: StreamHooks = {},
): Promise<never> {
  if (position && position.offset !== spool.end) throw new Error('the spool is at another offset');
  return new Receiving(endpoint, position, spool, hooks).run();
}

class Receiving implements SourceReader {
  readonly #socket: PacedSocket;
  readonly #handshake: Handshake;
  readonly #framing = new SnapshotFraming();
  readonly #getack = new GetackWatch();
  readonly #acks: Acknowledger;
  #role: SourceRole = 'unknown';
  #phase: 'handshake' | 'snapshot' | 'stream' = 'handshake';
  /** The spool is being made ready. */
  #changing: Promise<void> | undefined;
  #finishing: Promise<void> | undefined;
  #over = false;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly position: SnapshotPlace | null,
    private readonly spool: StreamSink,
    private readonly hooks: StreamHooks,
  ) {
    this.#socket = new PacedSocket(endpoint, this, hooks);
    const send = (bytes: Buffer) => this.#socket.send(bytes);
    const before = [capabilities, ['ROLE']];
    const onAnswer = (command: string, reply: Reply) => {
      if (command === 'ROLE') this.#takeRole(roleIn(reply));
    };
    this.#handshake = new Handshake(endpoint, { before, onAnswer, from: position }, send);
    const { safe = () => spool.durable, ackEveryMs = 1000 } = hooks;
    this.#acks = new Acknowledger(send, safe, ackEveryMs);
  }

  async run(): Promise<never> {
    try {
      await this.#socket.run(() => this.#handshake.begin());
      throw new Error('a stream ended without a reason');
    } catch (error) {
      await this.#leave(error);
      throw error;
    }
  }

  /** Afterwards, nothing of this link touches the spool any more. */
  async #leave(why: unknown): Promise<void> {
    this.#over = true;
    this.#acks.end();
    await this.#changing?.catch(() => {}); // It is why we leave.
    // Who reads the snapshot that will never be whole learns why.
    if (this.#phase === 'snapshot') await this.spool.snapshot?.end(why);
    await this.#snapshotKept();
  }

  take(chunk: Buffer, from: number): number {
    if (this.#phase === 'handshake') return this.#agree(chunk, from);
    if (this.#phase === 'snapshot') return this.#takeSnapshot(chunk, from);
    this.#takeStream(chunk.subarray(from));
    return chunk.length;
  }

  progress(): string {
    return this.#phase === 'stream' ? `at replication offset ${this.spool.end}` : `in the ${this.#phase}`;
  }

  explain(cause: unknown): MigrationError {
    return noSnapshot(this.endpoint, cause);
  }

  #takeRole(role: SourceRole): void {
    this.#role = role;
    if (typeof role !== 'object') return;
    const goesOn = this.hooks.replica === 'continue' && this.position !== null && !isParked({ master: role.replicaOf });
    if (!goesOn) throw new SourceDemoted(this.endpoint, role.replicaOf);
  }

  #agree(chunk: Buffer, from: number): number {
    const to = this.#handshake.consume(chunk, from);
    const { answer } = this.#handshake;
    if (answer) this.#socket.hold(this.#begin(answer));
    return to;
  }

  async #begin(answer: SyncAnswer): Promise<void> {
    const outcome = this.#outcome(answer);
    await this.hooks.onOutcome?.(outcome);
    if (this.#over) return;
    const { signal } = this.hooks;
    this.#changing =
      outcome.kind === 'full'
        ? this.spool.begin(outcome, 'awaited', signal)
        : this.spool.renameId(outcome.replicationId, signal);
    await this.#changing;
    this.#phase = outcome.kind === 'full' ? 'snapshot' : 'stream';
    if (this.#phase === 'stream' && !this.#over) this.#acks.begin();
  }

  #outcome(answer: SyncAnswer): StreamOutcome {
    const { replicationId = '' } = this.position ?? {};
    const role = this.#role;
    if (typeof role === 'object' && answer.kind === 'full') throw new SourceDemoted(this.endpoint, role.replicaOf);
    return answer.kind === 'full'
      ? { ...answer, role }
      : { kind: 'continue', replicationId: answer.replicationId ?? replicationId, role };
  }

  #takeSnapshot(chunk: Buffer, from: number): number {
    const { snapshot } = this.spool;
    if (!snapshot) throw new Error('the spool has no place for it');
    const to = this.#framing.consume(chunk, from, part => {
      const coping = snapshot.write(part);
      if (coping) this.#socket.hold(coping);
    });
    snapshot.announced = this.#framing.announced;
    if (this.#framing.complete) this.#snapshotCame();
    return to;
  }

  /** The stream comes while the snapshot is brought to the disk; a diskless source begins it with the first acknowledgement. */
  #snapshotCame(): void {
    this.#phase = 'stream';
    this.#acks.begin();
    this.#finishing = this.spool.finishSnapshot().then(
      snapshot => this.hooks.onSnapshot?.(snapshot),
      error => this.#socket.fail(error),
    );
  }

  /** A snapshot that has come isn't lost because the connection broke before it was on the disk. */
  async #snapshotKept(): Promise<void> {
    const { signal } = this.hooks;
    if (!this.#finishing || signal?.aborted) return;
    const aborted = new Promise(resolve => signal?.addEventListener('abort', resolve, { once: true }));
    await Promise.race([this.#finishing, aborted]);
  }

  #takeStream(bytes: Buffer): void {
    this.#acks.streams();
    const coping = this.spool.append(bytes, Date.now());
    if (coping) this.#socket.hold(coping);
    if (this.#getack.sees(bytes)) this.#acknowledgeSoon();
  }

  /** What was received is brought to the disk for it. */
  #acknowledgeSoon(): void {
    this.spool.sync().then(
      () => this.#acks.acknowledge(),
      error => this.#socket.fail(error),
    );
  }
}

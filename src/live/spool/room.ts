import { codeOf } from '../../server/confined-file.js';
import type { SpoolFull, SpoolSettings } from './settings.js';
import { SpoolGone } from './spool-error.js';

/** Whether there is no room on the disk. */
export const isNoRoom = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(codeOf(error));

/** Waits for room where there is none: a full disk is no error, the source waits with us. */
export class Room {
  full: SpoolFull | null = null;
  #closed = false;
  #look: (() => void) | undefined;

  constructor(private readonly settings: Pick<SpoolSettings, 'retryMs' | 'onFull'>) {}

  /** Does what needs room on the disk, again and again until there is some. @throws the signal's reason */
  async onDisk<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    for (;;) {
      try {
        const result = await work();
        if (this.full?.why === 'disk') this.#say(null);
        return result;
      } catch (error) {
        if (!isNoRoom(error)) throw error;
        await this.#wait('disk', signal);
      }
    }
  }

  /** Waits until the limit allows it. */
  async within(allows: () => boolean): Promise<void> {
    while (!allows()) await this.#wait('limit');
    if (this.full?.why === 'limit') this.#say(null);
  }

  /** There may be room now. */
  look(): void {
    this.#look?.();
  }

  /** Who waits gets SpoolGone. */
  close(): void {
    this.#closed = true;
    this.look();
  }

  async #wait(why: SpoolFull['why'], signal?: AbortSignal): Promise<void> {
    if (this.full?.why !== why) this.#say({ why, since: Date.now() });
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, this.settings.retryMs);
      const look = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', look);
        resolve();
      };
      this.#look = look;
      signal?.addEventListener('abort', look);
      if (this.#closed || signal?.aborted) look();
    });
    signal?.throwIfAborted();
    if (this.#closed) throw new SpoolGone('the spool was closed while it waited for room');
  }

  #say(full: SpoolFull | null): void {
    this.full = full;
    this.settings.onFull(full);
  }
}

import { KeyCopier } from '../copy/key-copier.js';
import type { Endpoints } from '../copy/request.js';
import type { RepairOptions } from './options.js';
import { removeExtra } from './remove-extra.js';
import type { Session } from './session.js';
import { idOf, keyOf, type Suspect } from './suspects.js';
import { haveRivals } from './without-rivals.js';

const groupSize = 500;
const mostUnheld = 100;

/**
 * Copies from the source again what differs. Whatever was repaired is looked at again afterwards, so nothing here needs
 * to succeed; and since a key is replaced as a whole, whoever dies in the middle has done no harm.
 */
export class Repairer {
  readonly unheld: string[] = [];
  readonly #copier: KeyCopier;

  constructor(
    endpoints: Endpoints,
    private readonly session: Session,
    private readonly options: RepairOptions,
  ) {
    const { selection, signal } = session;
    const request = { selection, onConflict: options.onConflict ?? 'replace' };
    this.#copier = new KeyCopier(endpoints, request, options.writer, signal ?? new AbortController().signal);
  }

  /**
   * Mends suspects of the database that the session has selected.
   * @returns the ids of those that something was done about
   * @throws MigrationError Unreachable, TargetFull, WritesRefused, PermissionMissing
   */
  async repair(db: number, suspects: readonly Suspect[]): Promise<Set<string>> {
    const done: Suspect[] = [];
    for (let at = 0; at < suspects.length; at += groupSize) {
      const group = suspects.slice(at, at + groupSize);
      await this.session.throttle.takeKeys(group.length);
      done.push(...(await this.#remove(group.filter(({ kind }) => kind === 'extra'))));
      done.push(
        ...(await this.#copyAgain(
          db,
          group.filter(({ kind }) => kind !== 'extra'),
        )),
      );
    }
    return new Set(done.map(idOf));
  }

  close(): void {
    this.#copier.close();
  }

  async #remove(extra: readonly Suspect[]): Promise<Suspect[]> {
    return this.options.deleteExtra ? removeExtra(this.session, extra) : [];
  }

  async #copyAgain(db: number, suspects: readonly Suspect[]): Promise<Suspect[]> {
    const { session } = this;
    if (session.absent) return [];
    // Of two keys with one name on the target neither is overwritten: one of them stays different.
    const rivals = await haveRivals(session, suspects.map(keyOf));
    const wanted = suspects.filter((_, index) => !rivals.has(index));
    if (wanted.length === 0) return [];
    const { counts, unheld } = await this.#copier.copy(db, wanted.map(keyOf));
    this.unheld.push(...unheld.slice(0, mostUnheld - this.unheld.length));
    await session.throttle.takeBytes(counts.bytes);
    return wanted;
  }
}

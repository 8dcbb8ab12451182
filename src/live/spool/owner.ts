import { randomBytes } from 'node:crypto';
import { access, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MigrationError } from '../../contract/errors.js';
import { codeOf } from '../../server/confined-file.js';

const prefix = 'owner-';
const fileMode = 0o600;

/** Who may write to a spool: the last one that claimed it. It is the name of an empty file, since a full disk still takes a renaming. */
export class Owner {
  readonly name = `${prefix}${randomBytes(12).toString('hex')}`;
  readonly #file: string;

  constructor(private readonly dir: string) {
    this.#file = path.join(dir, this.name);
  }

  async claim(): Promise<void> {
    const [before, ...others] = (await readdir(this.dir)).filter(name => name.startsWith(prefix));
    for (const name of others) await rm(path.join(this.dir, name), { force: true });
    if (before === undefined) return writeFile(this.#file, '', { flag: 'wx', mode: fileMode });
    await rename(path.join(this.dir, before), this.#file).catch(error => {
      // Somebody else was quicker, and loses it now.
      if (codeOf(error) === 'ENOENT') return this.claim();
      throw error;
    });
  }

  /** @throws MigrationError Superseded */
  async check(): Promise<void> {
    await access(this.#file).catch(() => {
      throw new MigrationError('Superseded', `The spool ${this.dir} was opened by another worker, or removed.`);
    });
  }
}

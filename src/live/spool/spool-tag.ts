import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { writeDurably } from './meta.js';
import { lookAt } from './private-entry.js';
import { spooling } from './spool-error.js';
import { backSpoolPlace, spoolPlace } from './stream-spool.js';

/** Whose spools these are, in a file beside them: a spool removes what it doesn't know. */
export interface SpoolTag {
  format: 1;
  workflowId: string;
  /** Of Temporal, where that workflow is. */
  namespace: string;
}

export const tagName = /^live-[0-9a-f]{32}\.json$/;
export const tagPlace = (dir: string, workflowId: string): string => `${spoolPlace(dir, workflowId)}.json`;

/** Says whose the spools are that are about to be made, for whoever finds them left. @throws MigrationError SpoolFailed */
export async function tagSpools(dir: string, workflowId: string, namespace: string): Promise<void> {
  const file = tagPlace(dir, workflowId);
  // On a full disk nothing more can be said.
  if ((await readTag(file))?.namespace === namespace) return;
  const temporary = `${file}.${randomBytes(6).toString('hex')}.part`;
  const tag: SpoolTag = { format: 1, workflowId, namespace };
  await spooling(file, async () => {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await writeDurably(temporary, JSON.stringify(tag));
    await rename(temporary, file);
  });
}

/** Null when it is none of ours, or gone. */
export async function readTag(file: string): Promise<SpoolTag | null> {
  if (!(await lookAt(file, 'file'))) return null;
  try {
    const tag = JSON.parse(await readFile(file, 'utf8')) as SpoolTag;
    return tag.format === 1 && typeof tag.workflowId === 'string' ? tag : null;
  } catch {
    return null;
  }
}

/** Leaves nothing of a migration, both ways, and does nothing where nothing is. */
export async function removeSpools(dir: string, workflowId: string): Promise<void> {
  for (const place of [spoolPlace(dir, workflowId), backSpoolPlace(dir, workflowId)])
    await rm(place, { recursive: true, force: true });
  await rm(tagPlace(dir, workflowId), { force: true });
}

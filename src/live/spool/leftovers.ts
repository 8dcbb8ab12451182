import { randomBytes } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Kind, lookAt, unlessMissing } from './private-entry.js';
import { readTag, type SpoolTag, tagName, tagPlace } from './spool-tag.js';
import { backSpoolPlace, spoolPlace } from './stream-spool.js';

const goneName = /^live-[0-9a-f]{32}(-back)?\.gone-[0-9a-f]{12}$/;

export interface Tidying {
  dir: string;
  /** Of Temporal: what others keep there is left alone. */
  namespace: string;
  /** So long nobody has used a spool, and its workflow has been over, in ms. */
  graceMs: number;
  /** Of the newest run of a workflow: when it was closed, in Unix ms. */
  endOf(workflowId: string): Promise<number | 'running' | 'unknown'>;
}

/**
 * Removes the spools to which nobody comes back: of workflows that are closed or forgotten, on machines where their clean-up
 * didn't run. Only what bears a tag, belongs to this user alone, and has nothing in it but what a spool has.
 * @returns the ids of the workflows
 */
export async function removeLeftovers(tidying: Tidying): Promise<string[]> {
  const { dir } = tidying;
  const removed: string[] = [];
  for (const name of (await unlessMissing(readdir(dir))) ?? []) {
    const place = path.join(dir, name);
    // One that died has left it.
    if (goneName.test(name) && (await lookAt(place, 'directory'))) await rm(place, { recursive: true, force: true });
    const tag = tagName.test(name) ? await readTag(place) : null;
    if (tag && tagPlace(dir, tag.workflowId) === place && (await isLeft(tag, tidying))) {
      await removeTagged(dir, tag.workflowId);
      removed.push(tag.workflowId);
    }
  }
  return removed;
}

async function isLeft({ workflowId, namespace }: SpoolTag, tidying: Tidying): Promise<boolean> {
  const { dir, graceMs, endOf } = tidying;
  const before = Date.now() - graceMs;
  if (namespace !== tidying.namespace || (await lastUse(dir, workflowId)) > before) return false;
  const end = await endOf(workflowId);
  return end === 'unknown' || (end !== 'running' && end <= before);
}

/** Renamed at first: whoever should have it open finds that it is gone, and whoever comes finds nothing. */
async function removeTagged(dir: string, workflowId: string): Promise<void> {
  const gone: string[] = [];
  for (const place of [spoolPlace(dir, workflowId), backSpoolPlace(dir, workflowId)]) {
    const to = `${place}.gone-${randomBytes(6).toString('hex')}`;
    if (await unlessMissing(rename(place, to).then(() => true))) gone.push(to);
  }
  await rm(tagPlace(dir, workflowId), { force: true });
  for (const place of gone) await rm(place, { recursive: true, force: true });
}

const runFile = /^(owner-[0-9a-f]{24}|meta\.json(\.[0-9a-f]{12}\.part)?|[0-9a-f]{16}\.[^/]+)$/;
const parking = /^[0-9a-f]{40}\.\d+$/;

/** When something of it was changed last, in Unix ms; infinity where not everything is what a spool has. */
async function lastUse(dir: string, workflowId: string): Promise<number> {
  const back = backSpoolPlace(dir, workflowId);
  const parkings = (await unlessMissing(readdir(back))) ?? [];
  const changes = [
    changed(tagPlace(dir, workflowId), 'file'),
    lastChange(spoolPlace(dir, workflowId), runFile, 'file'),
    lastChange(back, parking, 'directory'),
    ...parkings.map(name => lastChange(path.join(back, name), runFile, 'file')),
  ];
  return Math.max(...(await Promise.all(changes)));
}

async function lastChange(place: string, names: RegExp, kind: Kind): Promise<number> {
  const found = await unlessMissing(readdir(place));
  if (found === null) return 0;
  if (!found.every(name => names.test(name))) return Number.POSITIVE_INFINITY;
  const inside = found.map(name => changed(path.join(place, name), kind));
  return Math.max(await changed(place, 'directory'), ...(await Promise.all(inside)));
}

const changed = async (place: string, kind: Kind): Promise<number> =>
  (await lookAt(place, kind))?.mtimeMs ?? Number.POSITIVE_INFINITY;

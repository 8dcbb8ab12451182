import { isUtf8 } from 'node:buffer';
import type { FileHandle } from 'node:fs/promises';
import { codeOf, openConfined, type Refusal } from './confined-file.js';

/** Why there is no text; never quotes the file. */
type Found = { text: string } | Refusal;

const mostBytes = 64 * 1024;

/** The text of a regular file within the directory, links followed, without its last line break. At most 64 KiB. */
export const readSecretFile = async (dir: string, file: string): Promise<Found> => {
  const opened = await openConfined({ dir, setting: 'REDIS_MIGRATION_SECRET_DIR' }, file);
  if ('refusal' in opened) return opened;
  try {
    return await readText(opened);
  } catch (error) {
    return { refusal: `can't be read (${codeOf(error)})` };
  } finally {
    await opened.close();
  }
};

const readText = async (file: FileHandle): Promise<Found> => {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes + 1), 0, mostBytes + 1, 0);
  if (bytesRead > mostBytes) return { refusal: 'is larger than 64 KiB' };
  const bytes = buffer.subarray(0, bytesRead);
  if (!isUtf8(bytes)) return { refusal: 'is not text in UTF-8' };
  return { text: bytes.toString('utf8').replace(/\r?\n$/, '') };
};

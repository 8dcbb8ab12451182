import type { Server } from '../server/connect.js';
import { readSettings } from './read-settings.js';

export interface Persistence {
  /** The save points; empty when there are none. */
  save: string;
  appendOnly: boolean;
  /** One of them is on. */
  on: boolean;
  /** Whether the server tells; managed services often don't. */
  told: boolean;
}

export async function readPersistence(server: Server): Promise<Persistence> {
  const settings = await readSettings(server, 'save', 'appendonly');
  const save = settings.get('save') ?? '';
  const appendOnly = settings.get('appendonly') === 'yes';
  return { save, appendOnly, on: appendOnly || save !== '', told: settings.size > 0 };
}

export const describePersistence = ({ save, appendOnly }: Persistence): string =>
  [appendOnly && 'append-only file', save && `save points ${save}`].filter(Boolean).join(' and ') || 'none';

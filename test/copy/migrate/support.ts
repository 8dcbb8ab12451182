import type { Transport } from '../../../src/copy/index.js';

export type ByMigrate = Extract<Transport, { kind: 'migrate' }>;

/** The source sends the keys itself, to this address. */
export const byMigrate = ({ host, port }: { host: string; port: number }, move = false): ByMigrate => ({
  kind: 'migrate',
  address: { host, port },
  move,
});

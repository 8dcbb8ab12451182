import type { ByMigrate } from '../../../src/copy/request.js';

/** The source sends the keys itself, to this address. */
export const byMigrate = ({ host, port }: { host: string; port: number }, move = false): ByMigrate => ({
  kind: 'migrate',
  address: { host, port },
  move,
});

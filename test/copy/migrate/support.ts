import { expect } from 'vitest';
import type { ByMigrate } from '../../../src/copy/request.js';
import type { Content } from '../../lab/index.js';

/** The source sends the keys itself, to this address. */
export const byMigrate = ({ host, port }: { host: string; port: number }, move = false): ByMigrate => ({
  kind: 'migrate',
  address: { host, port },
  move,
});

/** MIGRATE tells the target how long a key has still to live, so that it lives longer by the time on the way. */
const toleranceMs = 1000;

export function expectSame(found: ReadonlyMap<string, Content>, wanted: ReadonlyMap<string, Content>): void {
  const withoutExpiry = (all: ReadonlyMap<string, Content>) =>
    new Map([...all].map(([key, content]) => [key, { ...content, expiresAt: content.expiresAt !== null }]));
  expect(withoutExpiry(found)).toEqual(withoutExpiry(wanted));
  for (const [key, { expiresAt }] of wanted)
    if (expiresAt !== null) expect(Math.abs((found.get(key)?.expiresAt ?? 0) - expiresAt)).toBeLessThan(toleranceMs);
}

import { describe, test } from 'vitest';
import { allVersions, type ServerVersion, serverVersions } from '../lab/index.js';

/** A `describe` for every server version, or for some. One that is not on this machine shows as a skipped test that says so. */
export function describeEachVersion(
  name: string,
  body: (version: ServerVersion) => void,
  among: readonly ServerVersion[] = allVersions,
): void {
  for (const version of among)
    if (serverVersions().includes(version)) describe(`${name} ${version}`, () => body(version));
    else test.skip(`${name} ${version}: not on this machine, 'npm run setup -- --servers' gets it`);
}

import { expect, test } from 'vitest';
import { targetPermissions } from '../../src/preflight/target-permissions.js';
import { leastPrivilege } from './permissions.js';
import { brief, contextOf, startPair, texts } from './support.js';

test('the target needs a save of its own besides', async () => {
  const users = [leastPrivilege('least', 'secret', 'target'), leastPrivilege('source-like', 'secret', 'source')];
  const [source, target] = await startPair({}, { users });
  const judge = async (username: string) =>
    targetPermissions(await contextOf(source, target, { targetLogin: { username, password: 'secret' } }));
  expect(brief(await judge('least'))).toEqual(['target pass']);
  const results = await judge('source-like');
  expect(brief(results)).toEqual(['target failure']);
  expect(texts(results)).toContain('ACL SETUSER source-like +lastsave +bgsave (then ACL SAVE');
});

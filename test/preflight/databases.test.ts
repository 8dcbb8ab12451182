import { expect, test } from 'vitest';
import { databases } from '../../src/preflight/databases.js';
import { brief, contextOf, startPair, texts } from './support.js';

test('a target with too few databases would end itself', async () => {
  const [source, target] = await startPair({}, { config: { databases: '4' } });
  const judge = async () => databases(await contextOf(source, target));
  expect(brief(await databases(await contextOf(target, source)))).toEqual(['target pass']);

  const unused = await judge();
  expect(brief(unused)).toEqual(['target warning']);
  expect(texts(unused)).toContain('has 16 databases and uses none; the target has 4');

  const connection = await source.connect();
  await connection.send('SELECT', '4');
  await connection.send('SET', 'k', '1');
  connection.close();
  const used = await judge();
  expect(brief(used)).toEqual(['target failure (final)']);
  expect(texts(used)).toMatch(/uses up to number 4.*databases 16/);
});

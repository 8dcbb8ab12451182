import { expect, test } from 'vitest';
import { pauseWrite } from '../../src/preflight/pause-write.js';
import { brief, contextOf, informed, startPair, texts } from './support.js';

test('an older source is fenced by min-replicas, and never by the fence that it lacks', async () => {
  const [source, target] = await startPair();
  const context = await contextOf(source, target);
  expect(brief(await pauseWrite(context))).toEqual(['source pass', 'target pass']);

  const older = { redis_version: '6.0.16' };
  const warned = await pauseWrite(informed(informed(context, 'source', older), 'target', older));
  expect(brief(warned)).toEqual(['source warning', 'target warning']);
  expect(texts(warned)).toMatch(/Redis 6\.0\.16.*NOREPLICAS errors instead of waiting/);

  expect(texts(warned)).toMatch(/the fence of a cutover[\s\S]*the fence of a rollback/);

  const parking = await contextOf(source, target, { input: { cutover: { fence: 'park' } } });
  expect(brief(await pauseWrite(parking))).toEqual(['source pass', 'target pass']);
  const refused = await pauseWrite(informed(parking, 'source', older));
  expect(brief(refused)).toEqual(['source failure', 'target pass']);
  expect(texts(refused)).toContain('"min-replicas"');
});

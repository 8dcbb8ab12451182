import { expect, test } from 'vitest';
import { anybody } from '../copy/support.js';
import { fillEveryType, heldBy, type ServerVersion } from '../lab/index.js';
import { describeEachVersion } from '../support/each-version.js';
import { TwoServers } from './two-servers.js';

const usual: ServerVersion = '7.0';

describeEachVersion('between the usual server and', version => {
  test.each([
    [usual, version],
    [version, usual],
  ])('%s to %s: every shape is copied, found equal, and different when it is', async (from, to) => {
    const two = await TwoServers.start({ source: { version: from }, target: { version: to } });
    try {
      await fillEveryType(two.source, { among: await heldBy(two.source, two.target) });
      const repaired = await two.verify({ repair: { deleteExtra: true, writer: anybody } });
      expect({ examples: repaired.examples, unheld: repaired.unheld }).toEqual({
        examples: [],
        unheld: expect.anything(),
      });
      expect(repaired).toMatchObject({ verdict: 'consistent', missing: 0 });
      await two.run(
        'target',
        ['SADD', 'set:few', 'more'],
        ['HDEL', 'hash:listpack', 'field'],
        ['XADD', 'stream:plain', '*', 'f', 'v'],
      );
      await two.run(
        'target',
        ['SET', 'string:int', 1],
        ['PERSIST', 'zset:geo:expiring'],
        ['ZINCRBY', 'zset:skiplist', 1, 'member-7'],
      );
      const found = await two.verify({ rounds: 1 });
      expect(found).toMatchObject({ compared: repaired.compared, different: 6, missing: 0, extra: 0 });
    } finally {
      await two.stop();
    }
  });
});

import { expect, test } from 'vitest';
import { workerConnectivity } from '../../src/preflight/worker-connectivity.js';
import { connect } from '../../src/server/connect.js';
import { startProxy } from '../lab/proxy.js';
import { brief, closeLater, contextOf, startPair, texts } from './support.js';

test('the round trip to both is measured, and a slow link is warned of', async () => {
  const [source, target] = await startPair();
  const context = await contextOf(source, target);
  expect(brief(await workerConnectivity(context))).toEqual(['source pass', 'target pass']);

  const proxy = await startProxy({ to: target, delayMs: 30 });
  closeLater(() => proxy.close());
  const slow = await connect({ side: 'target', host: proxy.host, port: proxy.port });
  closeLater(() => slow.close());
  const results = await workerConnectivity({ ...context, target: slow });
  expect(brief(results)).toEqual(['source pass', 'target warning']);
  expect(texts(results)).toMatch(/target and hears back in \d+\.\d ms.*Run the worker near/);
});

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { neededCommands } from '../../src/preflight/needed-commands.js';
import { tryCommands } from '../../src/preflight/try-commands.js';
import { connect } from '../../src/server/connect.js';
import { closeLater } from './support.js';

test('nothing is tried on a proxy that answers OK to MULTI and then runs what it gets', async () => {
  const { port, received } = await startYesSayer();
  const server = await connect({ side: 'target', host: '127.0.0.1', port });
  closeLater(() => server.close());
  await expect(tryCommands(server, 70_000, neededCommands('target', 70_000))).rejects.toThrow(/doesn't queue/);
  expect(received()).toContain('MULTI');
  expect(received()).not.toContain('REPLICAOF');
});

/** Answers OK to whatever comes. */
async function startYesSayer() {
  let text = '';
  const server = createServer(socket => {
    socket.on('data', data => {
      text += data.toString();
      socket.write('+OK\r\n'.repeat(data.toString().match(/\*\d+\r\n/g)?.length ?? 0));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeLater(() => server.close());
  return { port: (server.address() as AddressInfo).port, received: () => text };
}

import { Client, Connection } from '@temporalio/client';
import { expect, test } from 'vitest';
import { startTemporal } from './temporal.js';

test('a Temporal server that was killed comes back at its address with its workflows', async () => {
  const temporal = await startTemporal({ ui: true });
  try {
    expect((await fetch(temporal.uiUrl ?? '')).status).toBe(200);
    await withClient(temporal.address, client =>
      client.workflow.start('nobodyRunsThis', { taskQueue: 'none', workflowId: 'survivor' }),
    );
    await temporal.restart({ graceful: false });
    const { status } = await withClient(temporal.address, client => client.workflow.getHandle('survivor').describe());
    expect(status.name).toBe('RUNNING');
    await expect(startTemporal({ port: Number(temporal.address.split(':')[1]) })).rejects.toThrow('already in use');
  } finally {
    await temporal.discard();
  }
});

async function withClient<T>(address: string, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

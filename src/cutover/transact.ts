import { MigrationError } from '../contract/errors.js';
import type { Server } from '../server/connect.js';

/**
 * One command is what counts, the first if it isn't said. The others may fail: without a configuration file the rewrite (of
 * which the pre-check `config-rewrite` warns), and the mark of a promotion where its server wants replicas.
 * @throws MigrationError PermissionMissing when that one was refused
 */
export async function transact(server: Server, commands: (string | number)[][], counts = 0): Promise<void> {
  const replies = await server.transaction(commands);
  const failed = replies[counts];
  if (failed instanceof Error) {
    const [command] = commands[counts] ?? [];
    throw new MigrationError(
      'PermissionMissing',
      `${command} on the ${server.endpoint.side} failed: ${failed.message}`,
    );
  }
}

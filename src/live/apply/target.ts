import { MigrationError } from '../../contract/errors.js';
import type { Writer } from '../../copy/writers.js';
import { infoOf } from '../../keys/info-of.js';
import { RespConnection } from '../../resp/connection.js';
import { nameOf, refused } from '../../resp/failure.js';
import { RespError } from '../../resp/reply.js';
import { readCommands } from '../../server/command-list.js';
import type { Endpoint } from '../../server/endpoint.js';
import { commandLevel } from '../../server/info.js';
import { type Abilities, abilities } from '../../values/copy/abilities.js';
import type { Checkpoint } from '../checkpoint.js';
import type { TargetServer } from '../stream/index.js';
import { readCheckpoint } from './checkpoint-store.js';

/** The connection that a stream is applied on, and what is known of the server. */
export interface Target {
  connection: RespConnection;
  checkpoint: Checkpoint;
  server: TargetServer;
  abilities: Abilities;
}

/**
 * Opens the one connection that applies: it bears the migration's name, is admitted, and only then reads the checkpoint.
 * @throws MigrationError as `RespConnection.open`; what `admit` throws; Unexpected without a checkpoint to go on from
 */
export async function openTarget(endpoint: Endpoint, workflowId: string, writer: Writer): Promise<Target> {
  const connection = await RespConnection.open(endpoint, { name: writer.name });
  try {
    await writer.admit();
    const checkpoint = await readCheckpoint(connection, workflowId);
    if (!checkpoint || checkpoint.snapshot)
      throw new MigrationError('Unexpected', `${nameOf(endpoint)}: there is no checkpoint that a stream goes on from`);
    const [server, able] = await Promise.all([serverOf(connection), abilities(connection)]);
    return { connection, checkpoint, server, abilities: able };
  } catch (error) {
    connection.close();
    throw error;
  }
}

export async function serverOf(connection: RespConnection): Promise<TargetServer> {
  const ask = async (...words: string[]) => {
    const [reply] = await connection.pipeline([words]);
    if (reply instanceof RespError) throw refused(connection.endpoint, 'COMMAND', reply);
    return reply;
  };
  const [info, commands] = await Promise.all([infoOf(connection), readCommands(ask)]);
  const names = commands.filter(({ renamed }) => !renamed).map(({ name }) => name);
  return { commands: new Set(names), level: Math.floor(commandLevel(info) / 100) };
}

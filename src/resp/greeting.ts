import type { ConnectionOptions, RespConnection } from './connection.js';
import type { Arg } from './encode.js';
import { greetingFailed, loginFailed, refused } from './failure.js';
import { RespError } from './reply.js';

/** Logs in, names the connection, selects the database. @throws MigrationError, with no secret in it */
export async function greet(connection: RespConnection, options: ConnectionOptions): Promise<void> {
  const { endpoint } = connection;
  const commands = greeting(connection, options);
  const replies = await connection.pipeline(commands).catch(error => {
    throw greetingFailed(endpoint, error);
  });
  for (const [index, reply] of replies.entries()) {
    const name = String(commands[index]?.[0]);
    if (!(reply instanceof RespError)) continue;
    if (name === 'AUTH') throw loginFailed(endpoint, reply);
    // PING only finds out whether a Redis answers; a refusal is such an answer, and a failed save says nothing of reads.
    if (name !== 'PING' || !['NOPERM', 'MISCONF'].includes(reply.code)) throw refused(endpoint, name, reply);
  }
}

function greeting({ endpoint }: RespConnection, { name, db = 0 }: ConnectionOptions): Arg[][] {
  const { username, password } = endpoint;
  const commands: Arg[][] = [];
  if (password !== undefined) commands.push(username === undefined ? ['AUTH', password] : ['AUTH', username, password]);
  if (name !== undefined) commands.push(['CLIENT', 'SETNAME', name]);
  if (db !== 0) commands.push(['SELECT', db]);
  return [...commands, ['PING']];
}

import type { RespConnection } from '../resp/connection.js';
import { refused } from '../resp/failure.js';
import { RespError } from '../resp/reply.js';
import { type Info, parseInfo } from '../server/info.js';

export async function infoOf(connection: RespConnection): Promise<Info> {
  const text = await connection.command('INFO', 'everything').catch((error: unknown) => {
    throw error instanceof RespError ? refused(connection.endpoint, 'INFO', error) : error;
  });
  return parseInfo(String(text));
}

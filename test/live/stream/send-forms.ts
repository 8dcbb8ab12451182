import { type Connection, RedisError } from '../../lab/index.js';

/** Sends lines of `forms` at once. @returns how many commands did not fail */
export async function sendForms(client: Connection, lines: readonly string[]): Promise<number> {
  await client.send('SET', 'dumped', 'payload');
  const payload = (await client.send('DUMP', 'dumped')) as Buffer;
  const replies = await client.pipeline(
    lines.map(line => line.split(' ').map(word => (word === '$PAYLOAD' ? payload : word))),
  );
  return replies.filter(reply => !(reply instanceof RedisError)).length;
}

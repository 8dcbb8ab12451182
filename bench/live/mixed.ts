import type { RedisServer } from '../../test/lab/redis.js';

const perCall = 5000;

/** Of every ten keys four strings, two hashes, and a list, a set, a sorted set and a stream of ten elements each; every fifth expires. */
const script = `
for n = tonumber(ARGV[1]), tonumber(ARGV[2]) - 1 do
  local kind, key = n % 10, 'mixed:' .. n
  if kind < 4 then redis.call('SET', key, string.rep('v' .. n, 10))
  else
    for element = 1, 10 do
      local value = 'element ' .. element .. ' of ' .. n
      if kind < 6 then redis.call('HSET', key, 'field ' .. element, value)
      elseif kind == 6 then redis.call('RPUSH', key, value)
      elseif kind == 7 then redis.call('SADD', key, value)
      elseif kind == 8 then redis.call('ZADD', key, element * n, value)
      else redis.call('XADD', key, '*', 'field', value) end
    end
  end
  if n % 5 == 0 then redis.call('EXPIRE', key, 86400) end
end`;

/** Fills a server with small values of every common type. */
export async function fillMixed(server: RedisServer, keys: number): Promise<void> {
  const connection = await server.connect();
  for (let from = 0; from < keys; from += perCall)
    await connection.send('EVAL', script, 0, from, Math.min(keys, from + perCall));
  connection.close();
}

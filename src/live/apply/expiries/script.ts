/*
 * Each takes what lies from ARGV[1], the shift, to before ARGV[2] for shifted, and answers how many it took the shift off.
 * Lua's numbers are exact up to 2^53; %.0f, since it would print big ones with an exponent.
 */

/** Of the keys. From 7.0 on, where a key says when it expires. */
export const keysAbsolute = `
local swept = 0
for _, key in ipairs(KEYS) do
  local at = redis.call('PEXPIRETIME', key)
  if at >= tonumber(ARGV[1]) and at < tonumber(ARGV[2]) then
    redis.call('PEXPIREAT', key, string.format('%.0f', at - tonumber(ARGV[1])))
    swept = swept + 1
  end
end
return swept`;

/** Of the keys, by what is left to them. ARGV[3]: the server's time, give or take a day. */
export const keysRelative = `
if redis.replicate_commands then redis.replicate_commands() end
local swept = 0
for _, key in ipairs(KEYS) do
  local left = redis.call('PTTL', key)
  local at = left + tonumber(ARGV[3])
  if left >= 0 and at >= tonumber(ARGV[1]) and at < tonumber(ARGV[2]) then
    redis.call('PEXPIRE', key, string.format('%.0f', left - tonumber(ARGV[1])))
    swept = swept + 1
  end
end
return swept`;

/** Of fields of one hash, from ARGV[3] on. A key that is no hash any more has none. */
export const fields = `
local swept = 0
local times = redis.pcall('HPEXPIRETIME', KEYS[1], 'FIELDS', #ARGV - 2, unpack(ARGV, 3))
if type(times) ~= 'table' or times.err then return 0 end
for index, at in ipairs(times) do
  if at >= tonumber(ARGV[1]) and at < tonumber(ARGV[2]) then
    redis.call('HPEXPIREAT', KEYS[1], string.format('%.0f', at - tonumber(ARGV[1])), 'FIELDS', 1, ARGV[index + 2])
    swept = swept + 1
  end
end
return swept`;

"""Time that passes for what Redis remembers of tries, since its clock cannot be moved."""

from redis.asyncio import Redis

# Every number in a count that is as large as this is a moment, in milliseconds.
_AGE = """
local past, smallest = tonumber(ARGV[1]), 1e12

local function aged(value)
  if type(value) == 'number' and value >= smallest then return math.max(0, value - past) end
  if type(value) ~= 'table' then return value end
  local each = {}
  for i, one in ipairs(value) do each[i] = aged(one) end
  return each
end

for _, key in ipairs(redis.call('KEYS', 'attempts:*')) do
  if redis.call('TYPE', key).ok == 'hash' then
    local flat = redis.call('HGETALL', key)
    for i = 1, #flat, 2 do
      local field, value = flat[i], flat[i + 1]
      if field == '-' then
        redis.call('HSET', key, field, math.max(0, tonumber(value) - past))
      else
        redis.call('HSET', key, field, cmsgpack.pack(aged(cmsgpack.unpack(value))))
      end
    end
  end
  redis.call('PEXPIRE', key, math.max(0, redis.call('PTTL', key) - past))
end
"""


async def let_pass(redis: Redis, seconds: float) -> None:
    """Move every moment that is remembered of tries into the past, and forget what is over."""
    await redis.eval(_AGE, 0, str(round(seconds * 1000)))

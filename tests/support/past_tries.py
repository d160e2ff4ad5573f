"""Time that passes for what Redis remembers of tries, since its clock cannot be moved."""

from redis.asyncio import Redis

_AGE = """
local past = tonumber(ARGV[1])

local function age_moments(key)
  local flat = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  for i = 1, #flat, 2 do redis.call('ZADD', key, tonumber(flat[i + 1]) - past, flat[i]) end
end

local function age_fields(key)
  local flat = redis.call('HGETALL', key)
  for i = 1, #flat, 2 do
    local field = flat[i]
    if field == 'a' or field == 'oa' or string.sub(field, 1, 2) == 'p:' then
      redis.call('HSET', key, field, math.max(0, tonumber(flat[i + 1]) - past))
    end
  end
end

for _, key in ipairs(redis.call('KEYS', 'attempts:*')) do
  local kind = redis.call('TYPE', key).ok
  if kind == 'zset' then age_moments(key) elseif kind == 'hash' then age_fields(key) end
  redis.call('PEXPIRE', key, math.max(0, redis.call('PTTL', key) - past))
end
"""


async def let_pass(redis: Redis, seconds: float) -> None:
    """Move every moment that is remembered of tries into the past, and forget what is over."""
    await redis.eval(_AGE, 0, str(round(seconds * 1000)))

"""The rules of `domain.regulation` and `domain.hourly` in Lua, each decision in one step.

Fields of a count: n tries, a answered, o codes asked, oa code asked at, p:<id> a pending try and
until when it may be judged. An hour is a sorted set of tries by their moments; `c:` begins those
that were asked for a code. Times are milliseconds of Redis, which Lua writes exactly.
"""

from typing import Final

from companion.sessions.scripts import Script

_COUNTS: Final = """
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local function read(key)
  local count = {n = 0, a = 0, o = 0, oa = 0, pending = {}, over = {}, size = 0, last = 0}
  local flat = redis.call('HGETALL', key)
  for i = 1, #flat, 2 do
    local field, value = flat[i], tonumber(flat[i + 1]) or 0
    if field == 'n' or field == 'a' or field == 'o' or field == 'oa' then
      count[field] = value
    elseif value > now then
      count.pending[field] = value
      count.size = count.size + 1
      count.last = math.max(count.last, value)
    else
      count.a = math.max(count.a, value)
      count.over[#count.over + 1] = field
    end
  end
  return count
end

-- The sums come first: if anything fails after them, too much is remembered rather than too
-- little. Lua hands over only so many arguments at a time.
local function write(key, count, kept)
  redis.call('HSET', key, 'n', count.n, 'a', count.a, 'o', count.o, 'oa', count.oa)
  for i = 1, #count.over, 1000 do
    redis.call('HDEL', key, unpack(count.over, i, math.min(i + 999, #count.over)))
  end
  redis.call('PEXPIRE', key, kept)
end

local hour_ms, per_hour = tonumber(ARGV[1]), tonumber(ARGV[2])

local function read_hour(key)
  local hour = {moments = {}}
  local flat = redis.call('ZRANGEBYSCORE', key, now - hour_ms + 1, '+inf', 'WITHSCORES')
  for i = 1, #flat, 2 do
    hour.moments[#hour.moments + 1] = tonumber(flat[i + 1])
    if string.sub(flat[i], 1, 2) == 'c:' then hour.asked = flat[i] end
  end
  return hour
end

local function write_hour(key, moment, one)
  redis.call('ZADD', key, moment, one)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - hour_ms)
  redis.call('PEXPIRE', key, hour_ms * 2)
end
"""

# For each node six keys (does it honour, network, name, everybody, name anywhere, its hour) and one
# answer: milliseconds to wait, 0 where the try was counted. ARGV: the hour and its tries, id of the
# try, "1" with a code, "1" where the name is known, pending and kept milliseconds, then free tries
# and pause of a network, a name, and a name anywhere.
# Sent twice, it counts once: the try's id is there.
ADMIT: Final = Script(
    _COUNTS
    + """
local one, with_code, is_known = 'p:' .. ARGV[3], ARGV[4] == '1', ARGV[5] == '1'
local pending_for, kept = tonumber(ARGV[6]), tonumber(ARGV[7])
local net = {free = tonumber(ARGV[8]), pause = tonumber(ARGV[9])}
local person = {free = tonumber(ARGV[10]), pause = tonumber(ARGV[11])}
local account = {free = tonumber(ARGV[12]), pause = tonumber(ARGV[13])}

local function wait(count, budget, follows)
  local tries, continuing = count.n, follows and count.o > 0
  if continuing then tries = tries - 1 end
  if tries < budget.free then return 0 end
  if count.size > 0 then return count.last + budget.pause - now end
  local last = count.a
  if not continuing then last = math.max(last, count.oa) end
  return math.max(0, last + budget.pause - now)
end

local function wait_for_hour(hour, follows)
  local allowed = per_hour
  if follows and hour.asked then allowed = allowed + 1 end
  if #hour.moments < allowed then return 0 end
  return hour.moments[#hour.moments - allowed + 1] + hour_ms - now
end

local answers = {}
for i = 1, #KEYS, 6 do
  local name, hour = read(KEYS[i + 2]), read_hour(KEYS[i + 5])
  local counts = {
    {KEYS[i + 1], read(KEYS[i + 1]), net},
    {KEYS[i + 2], name, person},
    {KEYS[i + 4], read(KEYS[i + 4]), account, anywhere = true},
  }
  if redis.call('EXISTS', KEYS[i]) == 0 then
    counts[#counts + 1] = {KEYS[i + 3], read(KEYS[i + 3]), net}
  end
  if name.pending[one] then
    answers[#answers + 1] = 0
  else
    local follows, longest = with_code and name.o > 0, 0
    for _, each in ipairs(counts) do
      if not (each.anywhere and is_known) then
        longest = math.max(longest, wait(each[2], each[3], follows))
      end
    end
    if not is_known then longest = math.max(longest, wait_for_hour(hour, follows)) end
    if longest == 0 then
      for _, each in ipairs(counts) do
        local key, count = each[1], each[2]
        if follows and count.o > 0 then count.o = count.o - 1 else count.n = count.n + 1 end
        write(key, count, kept)
        redis.call('HSET', key, one, now + pending_for)
      end
      write_hour(KEYS[i + 5], now + pending_for, ARGV[3])
      if follows and hour.asked then redis.call('ZREM', KEYS[i + 5], hour.asked) end
    end
    answers[#answers + 1] = longest
  end
end
return answers
"""
)

# For each node five keys (network, name, everybody, name anywhere, its hour) and one judgement.
# ARGV: the hour and its tries, id of the try, kept milliseconds, free tries of a network, then the
# judgements. Sent twice, it judges once: the try is pending no more.
JUDGE: Final = Script(
    _COUNTS
    + """
local id, one, kept, free = ARGV[3], 'p:' .. ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])

local function judge(key, judgement, of_name)
  local count = read(key)
  if not count.pending[one] then return end
  count.over[#count.over + 1] = one
  count.size = count.size - 1
  if of_name and judgement == 'locked' then judgement = 'uncounted' end
  if judgement == 'unheard' then judgement = of_name and 'uncounted' or 'counted' end
  if judgement == 'counted' then
    count.a = math.max(count.a, now)
  elseif judgement == 'uncounted' then
    count.n = math.max(count.size, count.n - 1)
  elseif judgement == 'cleared' then
    count.n, count.a, count.o, count.oa = count.size, 0, 0, 0
  elseif judgement == 'code_asked' then
    count.o = count.o + 1
    if of_name then count.oa = now end
  elseif judgement == 'locked' then
    count.n, count.a = math.max(count.n, free), math.max(count.a, now)
  end
  if count.n == 0 and count.size == 0 then
    redis.call('DEL', key)
  else
    write(key, count, kept)
  end
end

local function judge_hour(key, judgement)
  local moment = tonumber(redis.call('ZSCORE', key, id) or '0')
  if moment <= now then return end
  if judgement == 'counted' then
    write_hour(key, now, id)
  else
    redis.call('ZREM', key, id)
    if judgement == 'code_asked' then write_hour(key, now, 'c:' .. id) end
  end
end

for i = 1, #KEYS, 5 do
  local judgement = ARGV[5 + (i + 4) / 5]
  if judgement ~= 'late' then
    judge(KEYS[i], judgement, false)
    judge(KEYS[i + 1], judgement, true)
    judge(KEYS[i + 2], judgement, false)
    judge(KEYS[i + 3], judgement, true)
    judge_hour(KEYS[i + 4], judgement)
  end
end
"""
)

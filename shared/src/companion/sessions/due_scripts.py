"""The Lua scripts of due sessions; `scripts` says what holds for all of ours."""

from typing import Final

from companion.sessions.scripts import NOW, Script

# A value of another type under a session's key was written by somebody else: it is no session.
_LIVES: Final = """
local function lives(key)
  local found = redis.pcall('HEXISTS', key, 'blob')
  return found == 1
end
"""

# Takes sessions that are due, and lets them fall due again at the end of a lease.
# KEYS: due. ARGV: count, lease_s. Answers {key, end of the lease, ...}.
# Twice: the second run takes others, and the first ones wait for the end of the lease.
CLAIM: Final = Script(
    NOW
    + _LIVES
    + """
local moment, claimed = now(), {}
local found = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', text(moment), 'LIMIT', 0, ARGV[1])
local till = text(moment + tonumber(ARGV[2]))
for _, key in ipairs(found) do
  if lives(key) then
    redis.call('ZADD', KEYS[1], till, key)
    claimed[#claimed + 1] = key
    claimed[#claimed + 1] = till
  else
    redis.call('ZREM', KEYS[1], key)
  end
end
return claimed
"""
)

# Writes down what was accepted, and when the session is due again, unless its lease is another's
# or it was pulled forward. KEYS: session, due.
# ARGV: end of the lease, again_in_s, {field, tag}... Answers whether the session lives.
# Twice: the lease is gone by then, and the times are the same but for a moment.
SETTLE: Final = Script(
    NOW
    + _LIVES
    + """
if not lives(KEYS[1]) then
  redis.call('ZREM', KEYS[2], KEYS[1])
  return 0
end
local moment = now()
for index = 3, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[index], text(moment) .. ' ' .. ARGV[index + 1])
end
local score = redis.call('ZSCORE', KEYS[2], KEYS[1])
if score and tonumber(score) == tonumber(ARGV[1]) then
  redis.call('ZADD', KEYS[2], text(moment + tonumber(ARGV[2])), KEYS[1])
end
return 1
"""
)

# Makes a session that lives due at once. KEYS: session, due.
# Twice: due is due.
PULL: Final = Script(
    NOW
    + _LIVES
    + """
if not lives(KEYS[1]) then return 0 end
redis.call('ZADD', KEYS[2], text(now()), KEYS[1])
return 1
"""
)

# Adds those of the given sessions that are missing, and those that stand too far ahead.
# KEYS: due, sessions... ARGV: furthest_s, one delay in seconds for each session.
# Answers how many there were. Twice: they are there by then.
HEAL: Final = Script(
    NOW
    + _LIVES
    + """
local healed, moment = 0, now()
for index = 2, #KEYS do
  local key = KEYS[index]
  local score = tonumber(redis.call('ZSCORE', KEYS[1], key) or '')
  if lives(key) and (not score or score > moment + tonumber(ARGV[1])) then
    redis.call('ZADD', KEYS[1], text(moment + tonumber(ARGV[index])), key)
    healed = healed + 1
  end
end
return healed
"""
)

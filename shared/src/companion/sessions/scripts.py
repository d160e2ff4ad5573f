"""The Lua scripts of sessions: what must happen at one moment, happens in one of these.

Redis 6.2 runs them all. Each may be sent twice with the effect of once, since the client repeats
a command whose answer was lost; the comment of each says why that holds. Times are epoch seconds
by the clock of Redis, written with six decimals because Lua's own text form would round them.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import NoScriptError


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script, called by its digest and sent in full where the server does not know it."""

    text: str

    @property
    def sha(self) -> str:
        """The digest by which a server knows it."""
        return _sha(self.text)

    async def run(
        self, redis: Redis, *, keys: Sequence[str | bytes], args: Sequence[str | bytes | float] = ()
    ) -> Any:  # noqa: ANN401 - each script says what it answers
        """Runs the script in one round trip; in two after a restart of the server forgot it."""
        try:
            return await redis.evalsha(self.sha, len(keys), *keys, *args)
        except NoScriptError:
            return await redis.eval(self.text, len(keys), *keys, *args)


@lru_cache
def _sha(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


NOW = """
local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) + tonumber(time[2]) / 1000000
end
local function text(number) return string.format('%.6f', number) end
"""

# A value of another type under a session's key was written by somebody else: it is no session.
_READ = """
local function read(key)
  local found = redis.pcall('HMGET', key, 'blob', 'seen', 'deadline', 'gen', 'of')
  if found.err then
    if string.find(found.err, 'WRONGTYPE', 1, true) then return nil end
    return nil, found
  end
  if not found[1] then return nil end
  return found
end
"""

# The moment a session ends; at once where the fields are not numbers, which we never write.
_ENDS = """
local function ends(found, idle)
  local seen, deadline = tonumber(found[2] or ''), tonumber(found[3] or '')
  if not seen or not deadline or seen ~= seen or deadline ~= deadline then return 0 end
  return math.min(seen + idle, deadline)
end
"""

# Ends one session that exists: logout, replacement and sweep all come here. The deletions come
# first because a full server refuses an XADD only as the first write of a script: so people can
# sign out of a server that is out of memory. The index to leave stands in the session itself;
# what somebody else wrote there must not keep it from ending.
_END = """
local function finish(key, found, deadlines, outbox, due)
  redis.call('DEL', key)
  redis.call('ZREM', deadlines, key)
  redis.call('ZREM', due, key)
  if found[5] and string.sub(found[5], 1, 12) == 'sessions:of:' then
    redis.pcall('ZREM', found[5], key)
  end
  redis.call('XADD', outbox, '*', 'key', key, 'blob', found[1])
end
"""

# Stores a new session and ends those it replaces.
# KEYS: session, deadlines, outbox, due, index of its user, sessions to end...
# ARGV: blob, deadline, idle_s, kept_s, first_due_s.
# Twice: the key is random and the blob the same, so the second run writes what is there; a
# replaced session is gone by then.
CREATE = Script(
    NOW
    + _READ
    + _END
    + """
local moment, deadline, kept = now(), tonumber(ARGV[2]), tonumber(ARGV[4])
redis.call('HSET', KEYS[1], 'blob', ARGV[1], 'seen', text(moment),
  'deadline', ARGV[2], 'gen', '1', 'of', KEYS[5])
redis.call('EXPIREAT', KEYS[1], math.ceil(deadline + kept))
redis.call('ZADD', KEYS[2], text(math.min(moment + tonumber(ARGV[3]), deadline)), KEYS[1])
redis.call('ZADD', KEYS[4], text(moment + tonumber(ARGV[5])), KEYS[1])
redis.call('ZADD', KEYS[5], ARGV[2], KEYS[1])
redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', '(' .. text(moment))
local last = redis.call('ZREVRANGE', KEYS[5], 0, 0, 'WITHSCORES')
if last[2] then redis.call('EXPIREAT', KEYS[5], math.ceil(tonumber(last[2]) + kept)) end
for index = 6, #KEYS do
  local found = read(KEYS[index])
  if found then finish(KEYS[index], found, KEYS[2], KEYS[3], KEYS[4]) end
end
return text(moment)
"""
)

# Reads a session and, if asked to, notes that its person was here.
# KEYS: deadlines, candidates for the session (one per pepper)...
# ARGV: idle_s, touch_s (last-seen stays as it is while younger; below 0: never moved).
# Answers the reason why there is none, or {key, blob, seen, deadline, generation, now}.
# Reading and touching are one step, so a touch never brings back a session that was ended between
# the two. A server out of memory refuses the touch and not the reading; every other refusal, such
# as that of a replica, is one of the whole.
# Twice: last-seen moves on to the second of two moments.
OPEN = Script(
    NOW
    + _READ
    + _ENDS
    + """
local key, found, refusal
for index = 2, #KEYS do
  found, refusal = read(KEYS[index])
  if refusal then return refusal end
  if found then key = KEYS[index] break end
end
if not found then return 'unknown' end
local moment, idle, touch = now(), tonumber(ARGV[1]), tonumber(ARGV[2])
if moment >= ends(found, idle) then
  local deadline = tonumber(found[3] or '')
  return (deadline and moment < deadline) and 'idle' or 'expired'
end
if touch >= 0 and moment - tonumber(found[2]) >= touch then
  local seen = text(moment)
  local moved = redis.pcall('HSET', key, 'seen', seen)
  if type(moved) == 'table' and moved.err then
    if not string.find(moved.err, 'OOM', 1, true) then return moved end
  else
    found[2] = seen
    redis.call('ZADD', KEYS[1], text(ends(found, idle)), key)
  end
end
return {key, found[1], found[2], found[3], found[4] or '0', text(moment)}
"""
)

# Reads those of the given sessions that live, and takes the others out of the index.
# KEYS: index, sessions... ARGV: idle_s.
# Answers a list of {key, blob, seen, deadline, generation, now}.
# Twice: what was taken out is out.
LIVING = Script(
    NOW
    + _READ
    + _ENDS
    + """
local living, moment, idle = {}, now(), tonumber(ARGV[1])
for index = 2, #KEYS do
  local key = KEYS[index]
  local found, refusal = read(key)
  if refusal then return refusal end
  if not found then
    redis.call('ZREM', KEYS[1], key)
  elseif moment < ends(found, idle) then
    living[#living + 1] = {key, found[1], found[2], found[3], found[4] or '0', text(moment)}
  end
end
return living
"""
)

# Replaces the blob of a session if it is still the one that was read, and raises its generation.
# KEYS: session, outbox. ARGV: expected blob, new blob, name and blob of the tokens the new one
# drops, name and blob of the tokens it brings (an empty name: none).
# Answers 'gone' and puts what it brought into the outbox, or {stored, blob, seen, deadline,
# generation, now} with the blob that lies there now.
# Twice: a new blob has a random nonce, so finding it there means that this very write took place;
# tokens put into the outbox twice are ended twice, which is harmless.
REWRITE = Script(
    NOW
    + _READ
    + """
local function doom(name, blob)
  if name ~= '' then redis.call('XADD', KEYS[2], '*', 'key', name, 'blob', blob) end
end
local found, refusal = read(KEYS[1])
if refusal then return refusal end
if not found then
  doom(ARGV[5], ARGV[6])
  return 'gone'
end
local stored = 1
if found[1] == ARGV[1] then
  found[4] = tostring(redis.call('HINCRBY', KEYS[1], 'gen', 1))
  redis.call('HSET', KEYS[1], 'blob', ARGV[2])
  doom(ARGV[3], ARGV[4])
  found[1] = ARGV[2]
elseif found[1] ~= ARGV[2] then
  stored = 0
end
return {stored, found[1], found[2] or '0', found[3] or '0', found[4] or '0', text(now())}
"""
)

# Ends those of the given sessions that exist: their blobs go to the outbox.
# KEYS: deadlines, outbox, due, sessions... Answers how many there were.
# Twice: they are gone by then, and the answer is 0.
END = Script(
    _READ
    + _END
    + """
local ended = 0
for index = 4, #KEYS do
  local found, refusal = read(KEYS[index])
  if refusal then return refusal end
  if found then
    finish(KEYS[index], found, KEYS[1], KEYS[2], KEYS[3])
    ended = ended + 1
  end
end
return ended
"""
)

# Ends those of the given sessions whose limits have passed, exactly as END does; puts the others
# back at the moment they end, and forgets those that are no more.
# KEYS: deadlines, outbox, due, sessions... ARGV: idle_s. Answers how many were ended.
# Twice: like END.
SWEEP = Script(
    NOW
    + _READ
    + _ENDS
    + _END
    + """
local ended, moment, idle = 0, now(), tonumber(ARGV[1])
for index = 4, #KEYS do
  local key = KEYS[index]
  local found, refusal = read(key)
  if refusal then return refusal end
  if not found then
    redis.call('ZREM', KEYS[1], key)
    redis.call('ZREM', KEYS[3], key)
  elseif moment >= ends(found, idle) then
    finish(key, found, KEYS[1], KEYS[2], KEYS[3])
    ended = ended + 1
  else
    redis.call('ZADD', KEYS[1], text(ends(found, idle)), key)
  end
end
return ended
"""
)

# Raises the generation of a session that exists. KEYS: session.
# Answers the new one, or 0 where there is no session.
# Twice: raised by two, which is as good as by one.
RAISE = Script(
    _READ
    + """
local found, refusal = read(KEYS[1])
if refusal then return refusal end
if not found then return 0 end
return redis.call('HINCRBY', KEYS[1], 'gen', 1)
"""
)

# Removes one entry of the outbox for good. KEYS: outbox. ARGV: group, entry id.
# Twice: it is gone by then.
DONE = Script(
    """
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
return redis.call('XDEL', KEYS[1], ARGV[2])
"""
)

# Puts a smaller entry in the place of one that exists, keeping the time of the first.
# KEYS: outbox. ARGV: group, entry id, name, blob, time of the first (epoch seconds).
# Twice: the entry is gone by then, and nothing is added again.
NARROW = Script(
    """
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
if redis.call('XDEL', KEYS[1], ARGV[2]) == 0 then return 0 end
redis.call('XADD', KEYS[1], '*', 'key', ARGV[3], 'blob', ARGV[4], 'added', ARGV[5])
return 1
"""
)

# Forgets the consumers of processes that are long gone, but none that still has work to do: its
# entries are taken over by others first. KEYS: outbox. ARGV: group, idle milliseconds.
# Twice: there is nothing left to forget.
FORGET = Script(
    """
for _, fields in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local consumer = {}
  for index = 1, #fields, 2 do consumer[fields[index]] = fields[index + 1] end
  if consumer.pending == 0 and consumer.idle > tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
  end
end
return 1
"""
)

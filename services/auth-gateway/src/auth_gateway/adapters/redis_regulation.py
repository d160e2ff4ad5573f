"""The counts of tries in Redis: `domain.regulation` in Lua, so that all replicas count as one.

Each node has a count for every network, and one for every name in a network. As long as the node
is not known to take the client's address from us, one more stands for all clients together; the
tries at a node that is known to are no part of it, since that node does not count them as ours.

What is stored stays small: a count lets no more tries be under way than it has free ones, and a
count without a failure is deleted. Counts with failures live a week from their last try, in which
a node, too, forgets none.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from companion.keys import ATTEMPTS_PREFIX
from companion.sessions.scripts import Script
from companion.sessions.seal import Pepper
from companion.store import store_errors
from redis.asyncio import Redis

from auth_gateway.domain.ports import Try
from auth_gateway.domain.regulation import (
    PENDING_S,
    PER_NAME,
    PER_NETWORK,
    REMEMBERED_S,
    Judgement,
)

# As long as a count is remembered; each sign-in renews it.
_REAL_IP_KEPT_S: Final = REMEMBERED_S

# Fields of a count: n tries, a answered, o codes asked, oa code asked at, p:<id> a pending try and
# until when it may be judged. Times are milliseconds of Redis, which Lua writes exactly.
_COUNTS = """
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
"""

# For each node four keys (does it honour, network, name, everybody) and one answer: milliseconds
# to wait, 0 where the try was counted. Sent twice, it counts once: the try's id is there.
_ADMIT = Script(
    _COUNTS
    + """
local one, with_code = 'p:' .. ARGV[1], ARGV[2] == '1'
local pending_for, kept = tonumber(ARGV[3]), tonumber(ARGV[4])
local net = {free = tonumber(ARGV[5]), pause = tonumber(ARGV[6])}
local person = {free = tonumber(ARGV[7]), pause = tonumber(ARGV[8])}

local function wait(count, budget, follows)
  local tries, continuing = count.n, follows and count.o > 0
  if continuing then tries = tries - 1 end
  if tries < budget.free then return 0 end
  if count.size > 0 then return count.last + budget.pause - now end
  local last = count.a
  if not continuing then last = math.max(last, count.oa) end
  return math.max(0, last + budget.pause - now)
end

local answers = {}
for i = 1, #KEYS, 4 do
  local network, name = read(KEYS[i + 1]), read(KEYS[i + 2])
  local counts, budgets = {network, name}, {net, person}
  if redis.call('EXISTS', KEYS[i]) == 0 then
    counts[3], budgets[3] = read(KEYS[i + 3]), net
  end
  if name.pending[one] then
    answers[#answers + 1] = 0
  else
    local follows, longest = with_code and name.o > 0, 0
    for j, count in ipairs(counts) do
      longest = math.max(longest, wait(count, budgets[j], follows))
    end
    if longest == 0 then
      for j, count in ipairs(counts) do
        if follows and count.o > 0 then count.o = count.o - 1 else count.n = count.n + 1 end
        write(KEYS[i + j], count, kept)
        redis.call('HSET', KEYS[i + j], one, now + pending_for)
      end
    end
    answers[#answers + 1] = longest
  end
end
return answers
"""
)

# For each node three keys (network, name, everybody) and one judgement. Sent twice, it judges
# once: the try is pending no more.
_JUDGE = Script(
    _COUNTS
    + """
local one, kept = 'p:' .. ARGV[1], tonumber(ARGV[2])
local free = tonumber(ARGV[3])

local function judge(key, judgement, of_name)
  local count = read(key)
  if not count.pending[one] then return end
  count.over[#count.over + 1] = one
  count.size = count.size - 1
  if of_name and judgement == 'locked' then judgement = 'uncounted' end
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

for i = 1, #KEYS, 3 do
  local judgement = ARGV[3 + (i + 2) / 3]
  if judgement ~= 'late' then
    judge(KEYS[i], judgement, false)
    judge(KEYS[i + 1], judgement, true)
    judge(KEYS[i + 2], judgement, false)
  end
end
"""
)


class RedisRegulation:
    """The port `Regulation`; fails closed: without Redis no password is sent."""

    def __init__(self, redis: Redis, *, pepper: Pepper) -> None:
        self._redis = redis
        self._pepper = pepper

    async def admit(self, one: Try, node_ids: Sequence[str]) -> Mapping[str, float]:
        keys = [
            key
            for node_id in node_ids
            for key in (_real_ip_key(node_id), *self._count_keys(node_id, one))
        ]
        args: list[str | float] = [
            *(one.id, "1" if one.with_code else "0"),
            *(_ms(PENDING_S), _ms(REMEMBERED_S)),
            *(PER_NETWORK.free, _ms(PER_NETWORK.pause_s)),
            *(PER_NAME.free, _ms(PER_NAME.pause_s)),
        ]
        with store_errors():
            waits = await _ADMIT.run(self._redis, keys=keys, args=args)
        return {
            node_id: int(wait_ms) / 1000 for node_id, wait_ms in zip(node_ids, waits, strict=True)
        }

    async def judge(self, one: Try, judgements: Mapping[str, Judgement]) -> None:
        keys = [key for node_id in judgements for key in self._count_keys(node_id, one)]
        args: list[str | float] = [
            one.id,
            _ms(REMEMBERED_S),
            PER_NETWORK.free,
            *judgements.values(),
        ]
        with store_errors():
            await _JUDGE.run(self._redis, keys=keys, args=args)

    async def learn_real_ip(self, node_id: str, *, honoured: bool) -> None:
        key = _real_ip_key(node_id)
        with store_errors():
            if honoured:
                await self._redis.set(key, "1", ex=_REAL_IP_KEPT_S)
            else:
                await self._redis.delete(key)

    def _count_keys(self, node_id: str, one: Try) -> tuple[str, str, str]:
        """The counts of the network, of the name in the network, and of everybody."""
        name = self._pepper.digest(f"name:{one.name}").hex()[:32]
        return (
            _key("network", node_id, one.network),
            _key("name", node_id, one.network, name),
            _key("everybody", node_id),
        )


def _real_ip_key(node_id: str) -> str:
    return _key("real-ip", node_id)


def _key(kind: str, node_id: str, *parts: str) -> str:
    """One key for one meaning: each part is told with its length, so none can imitate two."""
    told = "".join(f":{len(part)}:{part}" for part in (node_id.lower(), *parts))
    return f"{ATTEMPTS_PREFIX}{kind}{told}"


def _ms(seconds: float) -> int:
    return round(seconds * 1000)

"""Which session keys still seal something in Redis: what an operator asks before removing one.

The id of a key stands in clear at the beginning of each blob, so nothing is opened for this.
"""

from collections import Counter
from typing import Any, Final

from redis.asyncio import Redis

from companion.keys import OUTBOX, SESSION_DEADLINES
from companion.sessions.scripts import Script
from companion.store import store_errors

# What one script looks at: well below a millisecond of the server's time.
AT_ONCE: Final = 200

_KEY_ID = """
local counts = {}
local function count(blob)
  if type(blob) == 'string' and string.byte(blob, 1) == 1 and #blob >= 5 then
    local id = string.gsub(string.sub(blob, 2, 5), '.', function(character)
      return string.format('%02x', string.byte(character))
    end)
    counts[id] = (counts[id] or 0) + 1
  end
end
local function told()
  local flat = {}
  for id, number in pairs(counts) do
    flat[#flat + 1] = id
    flat[#flat + 1] = number
  end
  return flat
end
"""

# Counts the blobs of the given sessions. KEYS: sessions... Answers key ids and numbers in turn.
_OF_SESSIONS = Script(
    _KEY_ID
    + """
for _, key in ipairs(KEYS) do
  local blob = redis.pcall('HGET', key, 'blob')
  if type(blob) ~= 'table' then count(blob) end
end
return told()
"""
)

# Counts the blobs of some entries. KEYS: outbox. ARGV: first id, number.
# Answers {last id or nothing, key ids and numbers in turn}.
_OF_OUTBOX = Script(
    _KEY_ID
    + """
local entries = redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])
for _, entry in ipairs(entries) do
  for index = 1, #entry[2], 2 do
    if entry[2][index] == 'blob' then count(entry[2][index + 1]) end
  end
end
return {#entries > 0 and entries[#entries][1] or '', told()}
"""
)


async def sealed_sessions(redis: Redis) -> Counter[str]:
    """How many sessions each key has sealed, by its id in hex; right while none come or go.

    Raises:
        StoreUnavailable: Redis did not serve.
    """
    counts: Counter[str] = Counter()
    cursor, first = 0, True
    while cursor or first:
        first = False
        with store_errors():
            answer: Any = await redis.zscan(SESSION_DEADLINES, cursor, count=AT_ONCE)
            cursor, members = int(answer[0]), [member for member, _ in answer[1]]
            if members:
                _add(counts, await _OF_SESSIONS.run(redis, keys=members))
    return counts


async def sealed_outbox(redis: Redis) -> Counter[str]:
    """The same of the entries of the outbox.

    Raises:
        StoreUnavailable: Redis did not serve.
    """
    counts: Counter[str] = Counter()
    start = "-"
    while start:
        with store_errors():
            last, found = await _OF_OUTBOX.run(redis, keys=[OUTBOX], args=[start, AT_ONCE])
        _add(counts, found)
        start = f"({last.decode()}" if last else ""
    return counts


def _add(counts: Counter[str], flat: list[Any]) -> None:
    for key_id, number in zip(flat[::2], flat[1::2], strict=True):
        counts[key_id.decode()] += int(number)

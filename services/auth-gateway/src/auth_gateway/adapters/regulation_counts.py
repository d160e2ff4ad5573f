"""How counts of tries lie in Redis, for the scripts that decide by them.

A count is one field of a hash that it shares with others of its group; `domain.remembered` says who
is forgotten where a group is full. Packed with MessagePack, since there may be many: n tries,
a answered, the tries under way (id, until, ...), o codes asked, oa code asked at, and of a name
anywhere its hour: the moments of what was judged, and of what was asked for a code. What says
nothing at the end is left out. The field "-" of a group of networks holds when one was forgotten.
Times are milliseconds of Redis.

ARGV begins alike for all scripts: hour and its tries, how many of the judged are kept, kept
milliseconds, counts of a group, free tries and pause of a network, id of the try, then the fields
of its network, of its name there, and of its name anywhere.
"""

from typing import Final

COUNTS: Final = """
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

local hour_ms, per_hour, judged_kept = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local kept, per_group = tonumber(ARGV[4]), tonumber(ARGV[5])
local net = {free = tonumber(ARGV[6]), pause = tonumber(ARGV[7])}
local one, of_network, of_name, of_account = ARGV[8], ARGV[9], ARGV[10], ARGV[11]
local FORGOT = '-'

local function this_hour(moments)
  local left = {}
  for _, moment in ipairs(moments or {}) do
    if moment + hour_ms > now then left[#left + 1] = moment end
  end
  return left
end

local function unpacked(packed)
  local n, a, pending, o, oa, judged, asked
  if packed then n, a, pending, o, oa, judged, asked = unpack(cmsgpack.unpack(packed)) end
  local count = {
    n = n or 0, a = a or 0, o = o or 0, oa = oa or 0,
    judged = this_hour(judged), asked = this_hour(asked),
    pending = {}, size = 0, last = 0, over = {},
  }
  for i = 1, #(pending or {}), 2 do
    local id, moment = pending[i], pending[i + 1]
    if moment > now then
      count.pending[id] = moment
      count.size = count.size + 1
      count.last = math.max(count.last, moment)
    else
      count.a = math.max(count.a, moment)
      count.over[#count.over + 1] = moment
    end
  end
  return count
end

local function silent_since(count)
  local moment = math.max(count.a, count.oa, count.last)
  for _, each in ipairs(count.judged) do moment = math.max(moment, each) end
  for _, each in ipairs(count.asked) do moment = math.max(moment, each) end
  return moment
end

local function found(key, field)
  local packed = redis.call('HGET', key, field)
  local count = unpacked(packed)
  count.key, count.field, count.is_new = key, field, not packed
  return count
end

local function has_forgotten(key)
  local moment = redis.call('HGET', key, FORGOT)
  return moment and tonumber(moment) + kept > now
end

-- Tries of a network that a full group may have forgotten.
local function network(key)
  local count = found(key, of_network)
  if count.is_new and has_forgotten(key) then count.n = net.free - 1 end
  return count
end

local function name(key, field)
  local count = found(key, field)
  if count.size == 0 and silent_since(count) + kept <= now then
    count.n, count.a, count.o, count.oa = 0, 0, 0, 0
  end
  return count
end

local function account(key)
  local count = name(key, of_account)
  for _, moment in ipairs(this_hour(count.over)) do count.judged[#count.judged + 1] = moment end
  return count
end

local function is_full(key)
  return redis.call('HLEN', key) - redis.call('HEXISTS', key, FORGOT) >= per_group
end

local function longest_silent(key)
  local flat, field, moment = redis.call('HGETALL', key), nil, nil
  for i = 1, #flat, 2 do
    if flat[i] ~= FORGOT then
      local since = silent_since(unpacked(flat[i + 1]))
      if not moment or since < moment then field, moment = flat[i], since end
    end
  end
  return field, moment
end

local function is_blank(count)
  if count.size > 0 or #count.judged > 0 or #count.asked > 0 then return false end
  return count.n == 0 or (count.a == 0 and count.oa == 0)
end

local function trim(count)
  local all = {}
  for _, moment in ipairs(count.judged) do all[#all + 1] = moment end
  for _, moment in ipairs(count.asked) do all[#all + 1] = moment end
  if #all <= judged_kept then return end
  table.sort(all)
  local first = all[#all - judged_kept + 1]
  for _, kind in ipairs({'judged', 'asked'}) do
    local left = {}
    for _, moment in ipairs(count[kind]) do
      if moment >= first then left[#left + 1] = moment end
    end
    count[kind] = left
  end
end

local function write(count)
  trim(count)
  local pending = {}
  for id, moment in pairs(count.pending) do
    pending[#pending + 1], pending[#pending + 2] = id, moment
  end
  local told = {count.n, count.a, pending, count.o, count.oa, count.judged, count.asked}
  for i = #told, 3, -1 do
    if not (told[i] == 0 or type(told[i]) == 'table' and #told[i] == 0) then break end
    told[i] = nil
  end
  redis.call('HSET', count.key, count.field, cmsgpack.pack(told))
  redis.call('PEXPIRE', count.key, kept)
end
"""

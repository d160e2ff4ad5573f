"""The rules of `domain.regulation` and its neighbours in Lua, each decision in one step."""

from typing import Final

from companion.sessions.scripts import Script

from auth_gateway.adapters.regulation_counts import COUNTS

# For each node five keys (does it honour, its networks, names there, everybody, names anywhere)
# and two answers: milliseconds to wait, 0 where the try was counted; "1" where it is in doubt.
# ARGV after the common ones: "1" with a code, "1" where the name is known, "1" for patience,
# pending milliseconds, those after which nobody waits any more, then free tries and pause of a
# name and of a name anywhere.
# Sent twice, it counts once: the try's id is there.
ADMIT: Final = Script(
    COUNTS
    + """
local with_code, is_known, is_patient = ARGV[12] == '1', ARGV[13] == '1', ARGV[14] == '1'
local pending_for, awaited_for = tonumber(ARGV[15]), tonumber(ARGV[16])
local person = {free = tonumber(ARGV[17]), pause = tonumber(ARGV[18]), of_names = true}
local person_anywhere = {free = tonumber(ARGV[19]), pause = tonumber(ARGV[20]), of_names = true}

local function is_awaited(moment) return moment - pending_for + awaited_for > now end

-- The count as it will be if all tries whose answers are awaited turn out right.
local function if_right(count)
  local late, last, size = {}, 0, 0
  for id, moment in pairs(count.pending) do
    if not is_awaited(moment) then
      late[id], last, size = moment, math.max(last, moment), size + 1
    end
  end
  if size == count.size then return count end
  return {n = size, a = 0, o = 0, oa = 0, pending = late, size = size, last = last}
end

local function wait(count, budget, follows)
  local tries, continuing = count.n, follows and count.o > 0
  if continuing then tries = tries - 1 end
  if tries < budget.free then return 0 end
  if count.size > 0 then return count.last + budget.pause - now end
  local last = count.a
  if budget.of_names and not continuing then last = math.max(last, count.oa) end
  return math.max(0, last + budget.pause - now)
end

local function wait_for_hour(count, follows, at_best)
  local allowed, moments = per_hour, {}
  if follows and #count.asked > 0 then allowed = allowed + 1 end
  for _, moment in ipairs(count.judged) do moments[#moments + 1] = moment end
  for _, moment in ipairs(count.asked) do moments[#moments + 1] = moment end
  for _, moment in pairs(count.pending) do
    if not (at_best and is_awaited(moment)) then moments[#moments + 1] = moment end
  end
  if #moments < allowed then return 0 end
  table.sort(moments)
  return moments[#moments - allowed + 1] + hour_ms - now
end

local function look(node)
  local follows = with_code and node.name.o > 0
  node.follows, node.wait, node.in_doubt = follows, 0, true
  local function take(wait_ms, at_best_ms)
    if wait_ms == 0 then return end
    node.wait = math.max(node.wait, wait_ms)
    if at_best_ms > 0 then node.in_doubt = false end
  end
  for _, each in ipairs(node.counts) do
    local count, budget = each[1], each[2]
    if not (count == node.account and is_known) then
      take(wait(count, budget, follows), wait(if_right(count), budget, follows))
    end
  end
  if not is_known then
    local account = node.account
    take(wait_for_hour(account, follows, false), wait_for_hour(account, follows, true))
  end
  if node.network.is_new and is_full(node.network.key) then
    local field, moment = longest_silent(node.network.key)
    node.forgets = field
    local room_ms = math.max(0, moment + net.pause - now)
    take(room_ms, room_ms)
  end
  node.in_doubt = node.in_doubt and node.wait > 0
end

local function make_room(node, count)
  if not count.is_new then return end
  if count == node.network then
    if node.forgets then
      redis.call('HSET', count.key, FORGOT, now)
      redis.call('HDEL', count.key, node.forgets)
    end
  elseif is_full(count.key) then
    redis.call('HDEL', count.key, (longest_silent(count.key)))
  end
end

local function take_place_of_newest(asked)
  local newest = 1
  for i = 2, #asked do if asked[i] > asked[newest] then newest = i end end
  table.remove(asked, newest)
end

local function count_at(node)
  for _, each in ipairs(node.counts) do
    local count = each[1]
    if node.follows and count.o > 0 then count.o = count.o - 1 else count.n = count.n + 1 end
    if node.follows and #count.asked > 0 then take_place_of_newest(count.asked) end
    count.pending[one] = now + pending_for
    make_room(node, count)
    write(count)
  end
end

local nodes, in_doubt, was_sent = {}, false, false
for i = 1, #KEYS, 5 do
  local node = {
    network = network(KEYS[i + 1]),
    name = name(KEYS[i + 2], of_name),
    account = account(KEYS[i + 4]),
  }
  node.counts = {{node.network, net}, {node.name, person}, {node.account, person_anywhere}}
  if redis.call('EXISTS', KEYS[i]) == 0 then
    node.counts[4] = {found(KEYS[i + 3], 'all'), net}
  end
  if node.name.pending[one] then
    node.wait, node.in_doubt, was_sent, node.is_counted = 0, false, true, true
  else
    look(node)
  end
  in_doubt = in_doubt or node.in_doubt
  nodes[#nodes + 1] = node
end

local waits_for_others = is_patient and in_doubt and not was_sent
local answers = {}
for _, node in ipairs(nodes) do
  if node.wait == 0 and not node.is_counted and not waits_for_others then count_at(node) end
  answers[#answers + 1] = node.wait
  answers[#answers + 1] = (waits_for_others and node.in_doubt) and 1 or 0
end
return answers
"""
)

# For each node four keys (its networks, names there, everybody, names anywhere) and, after the
# common arguments, one judgement. Sent twice, it judges once: the try is pending no more.
JUDGE: Final = Script(
    COUNTS
    + """
local function judge(count, judgement, is_name)
  if not count.pending[one] then return false end
  count.pending[one] = nil
  count.size = count.size - 1
  if is_name and judgement == 'locked' then judgement = 'uncounted' end
  if judgement == 'unheard' then judgement = is_name and 'uncounted' or 'counted' end
  if judgement == 'counted' then
    count.a = math.max(count.a, now)
  elseif judgement == 'uncounted' then
    count.n = math.max(count.size, count.n - 1)
  elseif judgement == 'cleared' then
    count.n, count.a, count.o, count.oa = count.size, 0, 0, 0
  elseif judgement == 'code_asked' then
    count.o, count.oa = count.o + 1, now
  elseif judgement == 'locked' then
    count.n, count.a = math.max(count.n, net.free), math.max(count.a, now)
  end
  return true
end

local function keep(count)
  if is_blank(count) then redis.call('HDEL', count.key, count.field) else write(count) end
end

local function keep_network(count)
  if is_blank(count) and count.n == 0 and has_forgotten(count.key) then
    count.a = now
    write(count)
  else
    keep(count)
  end
end

local function keep_account(count, judgement)
  if judgement == 'counted' then count.judged[#count.judged + 1] = now end
  if judgement == 'code_asked' then count.asked[#count.asked + 1] = now end
  keep(count)
end

for i = 1, #KEYS, 4 do
  local judgement = ARGV[12 + (i - 1) / 4]
  local in_network = found(KEYS[i], of_network)
  local in_name = found(KEYS[i + 1], of_name)
  local of_all = found(KEYS[i + 2], 'all')
  local anywhere = account(KEYS[i + 3])
  if judge(in_network, judgement, false) then keep_network(in_network) end
  if judge(in_name, judgement, true) then keep(in_name) end
  if judge(of_all, judgement, false) then keep(of_all) end
  if judge(anywhere, judgement, true) then keep_account(anywhere, judgement) end
end
"""
)

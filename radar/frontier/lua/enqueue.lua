-- Stores requests. Each is stored once: sending a batch again (its reply was lost) changes nothing,
-- and one whose page was seen in the same visit is dropped.
-- A: [seen period in ms, [[id, spider, host, priority, due in ms, visit, shard, member, body]...]]
--    member "" = do not ask the seen-set (dont_filter)
-- Returns [1 stored or there already | 0 seen before ...]
local period = A[1]
local bucket = math.floor(now / period)

-- Two buckets of time: what was seen in the last period is known, what is older than two is forgotten.
local function seen(spider, visit, shard, member)
  local scope = visit == '' and spider or ''
  local current = key('seen', visit, scope, string.format('%.0f:%.0f', bucket, shard))
  local previous = key('seen', visit, scope, string.format('%.0f:%.0f', bucket - 1, shard))
  if call('SISMEMBER', previous, member) == 1 or call('SADD', current, member) == 0 then return true end
  call('PEXPIRE', current, 2 * period, 'NX')
  return false
end

local out, filtered = {}, 0
for i, e in ipairs(A[2]) do
  local id, spider, host, priority, due_in, visit, shard, member, body = unpack(e)
  if call('HEXISTS', BODY, id) == 1 then
    out[i] = 1
  elseif member ~= '' and seen(spider, visit, shard, member) then
    out[i] = 0
    filtered = filtered + 1
  else
    local m = {spider = spider, host = host, visit = visit, score = score(priority)}
    store(id, m, body)
    if due_in > 0 then call('ZADD', delayed(spider), now + due_in, id) else push(id, m) end
    out[i] = 1
  end
end
stat('enqueued', #A[2] - filtered)
stat('filtered', filtered)
return cmsgpack.pack(out)

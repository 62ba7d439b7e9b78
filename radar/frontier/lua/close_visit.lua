-- Forgets a visit and what it has seen; requests of it that come later are fetched but no longer counted.
-- A: [visit, seen period ms, shards]   Returns [1 closed | 0 unknown]
local visit, period, shards = unpack(A)
local source = call('HGET', VISIT_SOURCE, visit)
if not source then return cmsgpack.pack({0}) end
if call('HGET', VISIT_OF, source) == visit then call('HDEL', VISIT_OF, source) end
call('HDEL', VISIT_SOURCE, visit)
call('HDEL', VISIT_LEFT, visit)
call('ZREM', VISIT_IDLE, visit)
local bucket = math.floor(now / period)
for shard = 0, shards - 1 do
  for b = bucket - 1, bucket do
    call('UNLINK', key('seen', visit, '', string.format('%.0f:%.0f', b, shard)))
  end
end
return cmsgpack.pack({1})

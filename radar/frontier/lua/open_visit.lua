-- Opens a visit of a source unless one is open. A visit is idle (finished) when nothing of it is
-- outstanding; one that nobody gives a first request is idle after a grace.
-- A: [source, grace ms, epoch]   Returns [visit] or []
local source, grace, epoch = unpack(A)
if call('HEXISTS', VISIT_OF, source) == 1 then return cmsgpack.pack({}) end
local visit = string.sub(epoch, 1, 8) .. '-' .. string.format('%.0f', call('INCR', key('visit-seq')))
call('HSET', VISIT_OF, source, visit)
call('HSET', VISIT_SOURCE, visit, source)
call('HSET', VISIT_LEFT, visit, 0)
call('ZADD', VISIT_IDLE, now + grace, visit)
return cmsgpack.pack({visit})

-- The visits that are finished and not closed; each is shown to one caller at a time, for `hide` ms.
-- A: [limit, hide ms]   Returns [[visit, source]...]
local out = {}
for _, visit in ipairs(call('ZRANGEBYSCORE', VISIT_IDLE, '-inf', now, 'LIMIT', 0, A[1])) do
  call('ZADD', VISIT_IDLE, now + A[2], visit)
  out[#out + 1] = {visit, call('HGET', VISIT_SOURCE, visit) or ''}
end
return cmsgpack.pack(out)

-- Puts dead letters back into their queues, as if new and for the first attempt.
-- A: [ids]   Returns [ids that were put back]
local out = {}
for _, id in ipairs(A[1]) do
  local value = call('HGET', DEAD_BODY, id)
  local ok, at, m = pcall(cmsgpack.unpack_one, value or '', 0)
  if value and ok and type(m) == 'table' and #m == 4 then
    if call('HEXISTS', BODY, id) == 0 then
      local request = {spider = m[1], host = m[2], visit = m[3], score = score(0)}
      store(id, request, string.sub(value, at + 1))
      push(id, request)
    end
    call('ZREM', DEAD, id)
    call('HDEL', DEAD_BODY, id)
    call('HDEL', DEAD_WHY, id)
    out[#out + 1] = id
  end
end
stat('revived', #out)
return cmsgpack.pack(out)

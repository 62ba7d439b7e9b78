-- Keeps leases alive. A lease that was lost stays lost, whoever asks.
-- A: [ttl ms, [[host, fence]...]]   Returns [host of each lost lease ...]
local lost = {}
for _, e in ipairs(A[2]) do
  local host, fence = e[1], e[2]
  if tonumber(call('HGET', LEASE, host) or -1) == fence then
    call('ZADD', UNTIL, 'XX', now + A[1], host)
  else
    lost[#lost + 1] = host
  end
end
return cmsgpack.pack(lost)

-- Ends the lease of requests. Whoever lost a lease (it ran out, the fence is another's) changes nothing.
-- The host is given back when its last leased request ends, and waits out what was told about it.
-- A: [max attempts, [[id, host, fence, outcome, due in ms, gap ms, block ms, delay ms or -1, counts, why]...]]
--    outcome: ok | retry | dead | release;  gap: what is left of the host's delay;  block: Retry-After and
--    the like;  delay: the host's own delay from now on;  counts: 0 = this was not an attempt
-- Returns [1 done | 2 buried | 0 stale ...]
local attempts, entries = A[1], A[2]
local out, asked = {}, {}

local function undo_attempt(id)
  if call('HINCRBY', TRIES, id, -1) <= 0 then call('HDEL', TRIES, id) end
end

for i, e in ipairs(entries) do
  local id, host, fence, outcome, due_in, gap, block, delay, counts, why = unpack(e)
  if tonumber(call('HGET', LEASE, host) or -1) ~= fence or call('SREM', held(host), id) == 0 then
    out[i] = 0
    stat('stale')
  else
    local m, value = header(id)
    out[i] = 1
    asked[host] = (asked[host] or 0) + (outcome == 'release' and 0 or 1)
    pause(host, now + math.max(gap, block))
    if delay >= 0 then
      call('HSET', DELAY, host, delay)
      call('ZADD', DELAY_AT, now, host)
    end
    if m then
      call('HINCRBY', LEASED, m.spider, -1)
      if outcome == 'ok' then
        forget(id, m)
      elseif outcome == 'release' then
        undo_attempt(id)
        push(id, m)
      else
        if counts == 0 then undo_attempt(id) end
        if outcome == 'retry' and tonumber(call('HGET', TRIES, id) or 0) < attempts then
          if due_in > 0 then call('ZADD', delayed(m.spider), now + due_in, id) else push(id, m) end
        else
          bury(id, m, value, why)
          out[i] = 2
        end
      end
      stat(outcome)
    end
  end
end

local minute = key('rate', string.format('%.0f', math.floor(now / 60000)))
for host, n in pairs(asked) do
  if call('EXISTS', held(host)) == 0 then free(host) end
  if n > 0 then call('HINCRBY', minute, host, n) end
end
call('PEXPIRE', minute, 900000)
return cmsgpack.pack(out)

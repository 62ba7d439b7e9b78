-- Hands requests of one spider to one worker, host by host. While a host is held nobody else gets it (of
-- whatever spider), and it is handed out no earlier than it may be asked again. Who holds a host is told
-- a fence number that is never given twice. What a lease left behind when it ran out is handed out again.
-- A: [spider, limit, per host, hold ms, ttl ms, default delay ms, expiries before burial]
--    hold: how long a worker may be busy with one host's delays; bounds the requests it gets of that host
-- Returns [[[host, fence, delay ms, [[id, attempt, body]...]]...],
--          [total, leased, delayed, hosts ready, ms until something is due or -1]]
local spider, limit, per_host, hold, ttl, default_delay, burial = unpack(A)

local function delay_of(host) return tonumber(call('HGET', DELAY, host) or default_delay) end

local function due(limit)
  for _, id in ipairs(call('ZRANGEBYSCORE', delayed(spider), '-inf', now, 'LIMIT', 0, limit)) do
    call('ZREM', delayed(spider), id)
    local m, value = header(id)
    if m then push(id, m)
    elseif value then bury(id, {spider = spider, visit = ''}, value, 'unreadable header') end
  end
end

local function reap(limit)
  for _, host in ipairs(call('ZRANGEBYSCORE', UNTIL, '-inf', now, 'LIMIT', 0, limit)) do
    for _, id in ipairs(call('SMEMBERS', held(host))) do
      local m, value = header(id)
      if m then
        call('HINCRBY', LEASED, m.spider, -1)
        if tonumber(call('HGET', TRIES, id) or 0) >= burial then bury(id, m, value, 'lease ran out')
        else push(id, m) end
        stat('expired')
      end
    end
    call('DEL', held(host))
    pause(host, now + delay_of(host))
    free(host)
  end
end

local function prune()
  call('ZREMRANGEBYSCORE', PAUSE, '-inf', now)
  for _, host in ipairs(call('ZRANGEBYSCORE', DELAY_AT, '-inf', now - 7 * 86400000, 'LIMIT', 0, 20)) do
    call('ZREM', DELAY_AT, host)
    call('HDEL', DELAY, host)
  end
end

local function take(host, n)
  local got = {}
  local popped = call('ZPOPMIN', queue(spider, host), n)
  for i = 1, #popped, 2 do
    local id = popped[i]
    local m, value = header(id)
    if m then
      local attempt = call('HINCRBY', TRIES, id, 1)
      call('SADD', held(host), id)
      got[#got + 1] = {id, attempt, string.sub(value, m.at + 1)}
    elseif value then
      bury(id, {spider = spider, visit = ''}, value, 'unreadable header')
    end
  end
  return got
end

due(500)
reap(64)
prune()
local leases, left = {}, limit
for _, host in ipairs(call('ZRANGEBYSCORE', ready(spider), '-inf', now, 'LIMIT', 0, limit)) do
  if left <= 0 then break end
  local delay = delay_of(host)
  local n = math.min(per_host, left)
  if delay > 0 then n = math.max(1, math.min(n, math.floor(hold / delay))) end
  local got = take(host, n)
  for _, name in ipairs(call('SMEMBERS', SPIDERS)) do call('ZREM', ready(name), host) end
  if #got > 0 then
    local fence = call('INCR', FENCE)
    call('HSET', LEASE, host, fence)
    call('ZADD', UNTIL, now + ttl, host)
    call('HINCRBY', LEASED, spider, #got)
    stat('leased', #got)
    leases[#leases + 1] = {host, fence, delay, got}
    left = left - #got
  else
    free(host)
  end
end

local first = math.huge
for _, set in ipairs({ready(spider), delayed(spider)}) do
  local head = call('ZRANGE', set, 0, 0, 'WITHSCORES')
  if head[2] then first = math.min(first, tonumber(head[2])) end
end
local state = {
  tonumber(call('HGET', TOTAL, spider) or 0),
  tonumber(call('HGET', LEASED, spider) or 0),
  call('ZCARD', delayed(spider)),
  call('ZCARD', ready(spider)),
  first == math.huge and -1 or math.max(0, first - now),
}
return cmsgpack.pack({leases, state})

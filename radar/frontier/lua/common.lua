-- The prelude of every script: the clock, the keys, and the only functions that move a request.
--
-- KEYS[1]  the prefix, a hash tag such as "{radar}": all keys of a frontier live in one cluster slot
-- ARGV[1]  now in ms, 0 = the server's clock (tests hand in their own)
-- ARGV[2]  the arguments as one msgpack value
-- ARGV[3]  the epoch that the caller knows, "" = any; after a wipe the caller is told instead of served
--
-- A stored request is pack({spider, host, visit, score}) .. body; scripts never look into the body.
-- It is in exactly one place: a queue (ready), `delayed:SPIDER`, or `held:HOST` (leased).
local P = KEYS[1]
local call = redis.call
local function key(...) return table.concat({P, ...}, ':') end

local EPOCH, CLOCK, SEQ, FENCE = key('epoch'), key('clock'), key('seq'), key('fence')
local SPIDERS = key('spiders')       -- set of spider names that ever queued something
local BODY = key('body')             -- id -> stored request, while it is anywhere in the frontier
local TRIES = key('tries')           -- id -> leases that did not end well (and the one that runs)
local TOTAL, LEASED = key('total'), key('leased')   -- spider -> requests in the frontier, of these leased
local LEASE = key('lease')           -- host -> fence of who holds it
local UNTIL = key('until')           -- host -> when that lease runs out
local PAUSE = key('pause')           -- host -> not before
local DELAY, DELAY_AT = key('delay'), key('delay-at')   -- host -> its own delay in ms; when it was told
local DEAD, DEAD_BODY, DEAD_WHY = key('dead'), key('dead-body'), key('dead-why')
local VISIT_OF, VISIT_SOURCE = key('visit-of'), key('visit-source')   -- source -> open visit, and back
local VISIT_LEFT, VISIT_IDLE = key('visit-left'), key('visit-idle')   -- visit -> outstanding; idle since
local STATS = key('stats')
local function queue(spider, host) return key('queue', spider, host) end
local function ready(spider) return key('ready', spider) end      -- host -> since when it may be leased
local function delayed(spider) return key('delayed', spider) end  -- id -> due
local function held(host) return key('held', host) end            -- set of ids

local expected = ARGV[3]
if expected ~= '' and call('GET', EPOCH) ~= expected then return redis.error_reply('EPOCH changed') end
local A = cmsgpack.unpack(ARGV[2])

-- Time never goes back: a step back of the server's clock is added to an offset, so leases and delays go on.
local function tick()
  local raw = tonumber(ARGV[1])
  if raw == 0 then
    local t = call('TIME')
    raw = t[1] * 1000 + math.floor(t[2] / 1000)
  end
  local last, offset = string.match(call('GET', CLOCK) or '', '^(%d+) (%d+)$')
  last, offset = tonumber(last or 0), tonumber(offset or 0)
  if raw < last then offset = offset + last - raw end
  call('SET', CLOCK, string.format('%.0f %.0f', raw, offset))
  return raw + offset
end
local now = tick()

local function stat(name, n) call('HINCRBY', STATS, name, n or 1) end

-- The header of a request and where its body starts, or nil if there is none that can be read.
local function header(id)
  local value = call('HGET', BODY, id)
  if not value then return nil end
  local ok, at, m = pcall(cmsgpack.unpack_one, value, 0)
  if not ok or type(m) ~= 'table' or #m ~= 4 then return nil, value end
  return {spider = m[1], host = m[2], visit = m[3], score = m[4], at = at}, value
end

-- A host is in ready:SPIDER iff that spider has a request for it and nobody holds it.
-- Its score is when it may be asked next or, if that is past, when it got there: the longest waiting first.
local function publish(spider, host)
  if call('HEXISTS', LEASE, host) == 1 then return end
  local at = tonumber(call('ZSCORE', PAUSE, host) or 0)
  call('ZADD', ready(spider), 'NX', math.max(at, now), host)
end

local function push(id, m)
  call('ZADD', queue(m.spider, m.host), m.score, id)
  publish(m.spider, m.host)
end

local function free(host)
  call('HDEL', LEASE, host)
  call('ZREM', UNTIL, host)
  for _, spider in ipairs(call('SMEMBERS', SPIDERS)) do
    if call('EXISTS', queue(spider, host)) == 1 then publish(spider, host) end
  end
end

-- Only ever later. Called while the host is held, so it is in no ready set.
local function pause(host, at)
  if at > now then call('ZADD', PAUSE, 'GT', at, host) end
end

local function visit_grew(visit)
  if visit ~= '' and call('HEXISTS', VISIT_SOURCE, visit) == 1 then
    if call('HINCRBY', VISIT_LEFT, visit, 1) == 1 then call('ZREM', VISIT_IDLE, visit) end
  end
end

local function visit_shrank(visit)
  if visit ~= '' and call('HEXISTS', VISIT_SOURCE, visit) == 1 then
    if call('HINCRBY', VISIT_LEFT, visit, -1) <= 0 then call('ZADD', VISIT_IDLE, now, visit) end
  end
end

-- Equal priorities keep their order: the sequence number is the fine part of the score (2^40 of them).
local function score(priority)
  priority = math.max(-4095, math.min(4095, priority))
  return -priority * 1099511627776 + call('INCR', SEQ)
end

local function store(id, m, body)
  call('HSET', BODY, id, cmsgpack.pack({m.spider, m.host, m.visit, m.score}) .. body)
  call('SADD', SPIDERS, m.spider)
  call('HINCRBY', TOTAL, m.spider, 1)
  visit_grew(m.visit)
end

local function forget(id, m)
  call('HDEL', BODY, id)
  call('HDEL', TRIES, id)
  call('HINCRBY', TOTAL, m.spider, -1)
  visit_shrank(m.visit)
end

local function bury(id, m, value, why)
  call('ZADD', DEAD, now, id)
  call('HSET', DEAD_BODY, id, value)
  call('HSET', DEAD_WHY, id, why)
  forget(id, m)
  stat('dead')
end

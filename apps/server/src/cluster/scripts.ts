import { PROTOCOL_VERSION } from "@tagalong/shared/session/protocol.ts";

/** Names in Redis. One Redis for each environment: none of them has a prefix. */
export const KEYS = {
  /** Set of process ids, the dead ones that nobody has buried yet among them. */
  processes: "processes",
  /**
   * Sorted set of the processes that take rooms, by how much they have to do. One for each version: whoever asks a process
   * for a new room can follow those of its version, and in the middle of an update no others.
   */
  load: `process-load:${PROTOCOL_VERSION}`,
  /** The framework's own: hashes of all rooms by id, and of how much each process has to do by its id. */
  listings: "roomcaches",
  statistics: "roomcount",
  /** Hash from room code to `<process id> <room id>`. */
  codes: "room-codes",
  /** What a process last told of itself; expires when it falls silent. */
  process: (processId: string) => `process:${processId}`,
  kept: (name: string) => `kept:${name}`,
  /** A code whose home died a moment ago. */
  lost: (code: string) => `lost:${code}`,
  /** Sorted set of those who were sent to a room in the last moment. */
  sent: (roomId: string) => `sent:${roomId}`,
  /** Session of the seat that a guest took last; for a moment. */
  seated: (guestId: string) => `seated:${guestId}`,
  lock: (name: string) => `lock:${name}`,
  /** A process was stopped a moment ago: `replaced`, or `alone` when no successor came in time. */
  stopped: "process-stopped",
  /** Fingerprint of the `SESSION_SECRET` of whoever was here first; expires with the last who has it. */
  secret: "session-secret",
} as const;

/**
 * A beat: tell of oneself, and see that one's rooms are still the homes of their codes. A code without a home, or whose
 * home is dead, is taken back: the data may have been lost, or this process been thought dead.
 *
 * KEYS: process, processes, load, codes, secret.
 * ARGV: process id, report, its lifetime (ms), load or "", fingerprint of its secret, "1" when that may be everybody's,
 * then code and room id of each room.
 * Answers: whether the process was known to be alive, the ids of all processes, the rooms that lost their code, the
 * fingerprint of everybody's secret or "".
 */
export const BEAT = `
local id = ARGV[1]
local known = redis.call('EXISTS', KEYS[1])
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('SADD', KEYS[2], id)
if ARGV[4] == '' then
  redis.call('ZREM', KEYS[3], id)
else
  local load = tonumber(ARGV[4])
  local before = tonumber(redis.call('ZSCORE', KEYS[3], id) or load)
  -- Rooms that were placed here a moment ago are still being opened, and not in the report: forgotten by halves.
  if before > load then load = load + math.floor((before - load) / 2) end
  redis.call('ZADD', KEYS[3], load, id)
end
-- That of a version which nobody runs any more is forgotten.
redis.call('PEXPIRE', KEYS[3], ARGV[3])
local secret = redis.call('GET', KEYS[5])
if secret == ARGV[5] or (not secret and ARGV[6] == '1') then
  redis.call('SET', KEYS[5], ARGV[5], 'PX', ARGV[3])
  secret = ARGV[5]
end
local lost = {}
for i = 7, #ARGV, 2 do
  local mine = id .. ' ' .. ARGV[i + 1]
  local home = redis.call('HGET', KEYS[4], ARGV[i])
  if home ~= mine then
    local owner = home and string.match(home, '^%S+')
    if owner and owner ~= id and redis.call('EXISTS', 'process:' .. owner) == 1 then
      lost[#lost + 1] = ARGV[i + 1]
    else
      redis.call('HSET', KEYS[4], ARGV[i], mine)
    end
  end
end
return { known, redis.call('SMEMBERS', KEYS[2]), lost, secret or '' }
`;

/**
 * Choose the process for the next room, and count the room as its own at once. One that is full is chosen only when all
 * are: a room that is opened there would leave its players at the door. Full is it with the players that it told of and
 * those of the rooms that were placed there since.
 *
 * KEYS: load. ARGV: what a room adds to the load.
 */
export const PLACE = `
local chosen = false
local loads = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = 1, #loads, 2 do
  local id = loads[i]
  local told = redis.call('GET', 'process:' .. id)
  if told then
    chosen = chosen or id
    local report = cjson.decode(told)
    local players = tonumber(loads[i + 1]) - ARGV[1] * report.rooms
    if players < (report.capacity or math.huge) then
      chosen = id
      break
    end
  else
    redis.call('ZREM', KEYS[1], id)
  end
end
if chosen then redis.call('ZINCRBY', KEYS[1], ARGV[1], chosen) end
return chosen
`;

/** KEYS: codes, what is kept under the code. ARGV: code, process id, room id, "1" for a code that was just drawn. */
export const CLAIM = `
local mine = ARGV[2] .. ' ' .. ARGV[3]
local home = redis.call('HGET', KEYS[1], ARGV[1])
if home and home ~= mine then
  local owner = string.match(home, '^%S+')
  if owner == ARGV[2] or redis.call('EXISTS', 'process:' .. owner) == 1 then return 0 end
end
if not home and ARGV[4] == '1' and redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], mine)
return 1
`;

/** KEYS: codes. ARGV: code, home. */
export const RELEASE = `
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
`;

/**
 * Forget a process, its rooms and their codes, but for a trace of each code. All at once, and only as long as it is still
 * silent: whoever wakes up while it is being buried is left as it is.
 *
 * KEYS: process, processes, load, codes, the framework's listings and statistics. ARGV: process id, lifetime of a trace
 * (ms), the longest that the process may have left to live (ms), or "".
 * Answers: 1 when it was a member, 0 when it was none, -1 when it is alive.
 */
export const BURY = `
local id = ARGV[1]
if ARGV[3] ~= '' and redis.call('PTTL', KEYS[1]) > tonumber(ARGV[3]) then return -1 end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[3], id)
local homes = redis.call('HGETALL', KEYS[4])
for i = 1, #homes, 2 do
  if string.match(homes[i + 1], '^%S+') == id then
    redis.call('HDEL', KEYS[4], homes[i])
    redis.call('SET', 'lost:' .. homes[i], 1, 'PX', ARGV[2])
  end
end
local rooms = redis.call('HGETALL', KEYS[5])
for i = 1, #rooms, 2 do
  if cjson.decode(rooms[i + 1]).processId == id then redis.call('HDEL', KEYS[5], rooms[i]) end
end
redis.call('HDEL', KEYS[6], id)
return redis.call('SREM', KEYS[2], id)
`;

/**
 * Take a lock, also from a process that is gone and could not give it back. The token begins with the process's id.
 *
 * KEYS: lock. ARGV: token, lifetime (ms). Answers: 1 when it is had.
 */
export const LOCK = `
local holder = redis.call('GET', KEYS[1])
if holder and redis.call('EXISTS', 'process:' .. string.match(holder, '^%S+')) == 1 then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;

/** KEYS: lock. ARGV: token. */
export const UNLOCK = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
`;

/** Keep a lock that is still ours. KEYS: lock. ARGV: token, lifetime (ms). */
export const RENEW = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
`;

/**
 * Those who were sent to a room in the last moment may sit there by now, or not: with them there are at least as many as
 * sit there, and at most as many more than when the first of them was sent.
 *
 * KEYS: who was sent to a room, by when that is forgotten (sorted set). ARGV: who sits there, how many may, lifetime (ms).
 */
export const PROMISE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local sent = redis.call('ZCARD', KEYS[1])
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
local before = oldest and tonumber(string.match(oldest, '^%d+')) or 0
if math.max(tonumber(ARGV[1]), before + sent) + 1 > tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1] .. ' ' .. time[1] .. ' ' .. time[2] .. ' ' .. sent)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
`;

-- Runs in wrk. Prints one line of results that no rounding has touched, with a percentile that wrk itself leaves out.
--   wrk … -s load.lua URL                    the one request of the command line, which wrk sends at its fastest
--   wrk … -s load.lua URL -- paths FILE      the requests of a file, one path a line, over and over
--   wrk … -s load.lua URL -- names PREFIX    a name that was never asked for before, each time

local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

local function requests_of(file, number)
  local requests = {}
  for path in io.lines(file) do
    requests[#requests + 1] = wrk.format("GET", path)
  end
  -- Threads start at different places, so that they do not walk in step.
  local index = (number * 4099) % #requests
  return function()
    index = index % #requests + 1
    return requests[index]
  end
end

local function new_names(prefix, number)
  local count = 0
  local start = "/" .. prefix .. "-" .. number .. "-"
  return function()
    count = count + 1
    return wrk.format("GET", start .. count)
  end
end

function init(arguments)
  if arguments[1] == "paths" then
    request = requests_of(arguments[2], number)
  elseif arguments[1] == "names" then
    request = new_names(arguments[2], number)
  end
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    "RESULT requests=%d bytes=%d microseconds=%d p50=%d p99=%d p999=%d max=%d "
      .. "status=%d connect=%d read=%d write=%d timeout=%d\n",
    summary.requests, summary.bytes, summary.duration, latency:percentile(50), latency:percentile(99),
    latency:percentile(99.9), latency.max, errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end

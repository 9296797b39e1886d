#!/usr/bin/env bash
# Brings up Apache Flink on loopback, as the reference that SQL test files are compared with: a jobmanager, a taskmanager and the SQL
# Gateway. Needs java 17 or newer, python3, mvn and curl. A second call only prints the address. `scripts/flink-up.sh stop` ends it.
#
#   FLINK_VERSION        2.3.0
#   FLINK_GATEWAY_PORT   8183, the jobmanager's ports are the next two
#   MILLSTREAM_ENGINES   where it is installed   ~/.cache/millstream-engines
set -euo pipefail

version=${FLINK_VERSION:-2.3.0}
port=${FLINK_GATEWAY_PORT:-8183}
engines=${MILLSTREAM_ENGINES:-$HOME/.cache/millstream-engines}
venv=$engines/flink-$version-venv
home=$engines/flink-compare-$version-$port
processes=(jobmanager taskmanager gateway)

give_up() { echo "flink-up: $1" >&2; exit 3; }
get() { curl --noproxy '*' -sf -m 5 "http://127.0.0.1:$1"; }
# A process id may have been given to another program since.
runs() { [ -f "$home/$1.pid" ] && ps -o command= -p "$(cat "$home/$1.pid")" 2>/dev/null | grep -qF "$home/"; }
all_run() { local name; for name in "${processes[@]}"; do runs "$name" || return 1; done; }
ready() { get "$((port + 1))/overview" | grep -q '"taskmanagers":1' && get "$port/info" >/dev/null; }

stop_one() {
  runs "$1" || return 0
  kill "$(cat "$home/$1.pid")"
  for _ in $(seq 100); do runs "$1" || return 0; sleep 0.1; done
  kill -9 "$(cat "$home/$1.pid")"
}
stop() { local name; for name in "${processes[@]}"; do stop_one "$name"; done; }

# The distribution comes as a Python package, the gateway, which it lacks, from Maven.
install() {
  local tool
  for tool in java python3 mvn curl; do command -v $tool >/dev/null || give_up "$tool is missing"; done
  if [ ! -d "$venv/lib" ] || ! compgen -G "$venv/lib/python3*/site-packages/pyflink/lib/flink-dist-*.jar" >/dev/null; then
    python3 -m venv "$venv" || give_up 'python3 cannot make a virtual environment'
    "$venv/bin/pip" install --quiet --no-deps "apache-flink-libraries==$version" >&2 || give_up "pip has no Flink $version"
  fi
  [ -f "$engines/jars/flink-sql-gateway-$version.jar" ] ||
    mvn -q -B dependency:copy -Dartifact="org.apache.flink:flink-sql-gateway:$version" -DoutputDirectory="$engines/jars" >&2 ||
    give_up "Maven has no flink-sql-gateway $version"
}

# The taskmanager's memory is given part by part, so that Flink has nothing to derive.
configure() {
  mkdir -p "$home/conf" "$home/tmp" "$home/empty"
  cat >"$home/conf/config.yaml" <<YAML
execution.target: remote
jobmanager.rpc.address: 127.0.0.1
jobmanager.bind-host: 127.0.0.1
jobmanager.rpc.port: $((port + 2))
rest.address: 127.0.0.1
rest.bind-address: 127.0.0.1
rest.port: $((port + 1))
sql-gateway.endpoint.rest.address: 127.0.0.1
sql-gateway.endpoint.rest.bind-address: 127.0.0.1
sql-gateway.endpoint.rest.bind-port: $port
sql-gateway.endpoint.rest.port: $port
taskmanager.host: 127.0.0.1
taskmanager.bind-host: 127.0.0.1
taskmanager.numberOfTaskSlots: 4
taskmanager.cpu.cores: 2
taskmanager.memory.framework.heap.size: 128m
taskmanager.memory.framework.off-heap.size: 128m
taskmanager.memory.task.heap.size: 512m
taskmanager.memory.task.off-heap.size: 0m
taskmanager.memory.managed.size: 256m
taskmanager.memory.network.min: 64m
taskmanager.memory.network.max: 64m
taskmanager.memory.jvm-metaspace.size: 256m
taskmanager.memory.jvm-overhead.min: 192m
taskmanager.memory.jvm-overhead.max: 192m
parallelism.default: 1
heartbeat.timeout: 300000
pekko.ask.timeout: 120s
web.timeout: 120000
table.dml-sync: true
io.tmp.dirs: $home/tmp
YAML
  cat >"$home/conf/log4j.properties" <<'LOG4J'
rootLogger.level = WARN
rootLogger.appenderRef.out.ref = out
appender.out.name = out
appender.out.type = Console
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d %-5p %c - %m%n
LOG4J
}

# launch NAME HEAP MAIN-CLASS ARGUMENTS
launch() {
  local name=$1 heap=$2 dist opens=() package
  shift 2
  dist=$(echo "$venv"/lib/python3*/site-packages/pyflink)
  # What Flink reaches into by reflection.
  for package in lang lang.reflect net io nio text time util util.concurrent util.concurrent.atomic util.concurrent.locks; do
    opens+=("--add-opens=java.base/java.$package=ALL-UNNAMED")
  done
  export FLINK_HOME=$home FLINK_CONF_DIR=$home/conf FLINK_LIB_DIR=$dist/lib FLINK_PLUGINS_DIR=$home/empty FLINK_OPT_DIR=$dist/opt
  nohup java "-Xmx$heap" "${opens[@]}" -Dlog4j.configurationFile="$home/conf/log4j.properties" \
    -cp "$dist/lib/*:$engines/jars/flink-sql-gateway-$version.jar" "$@" >"$home/$name.log" 2>&1 </dev/null &
  echo $! >"$home/$name.pid"
}

start() {
  launch jobmanager 512m org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint --configDir "$home/conf"
  launch taskmanager 640m org.apache.flink.runtime.taskexecutor.TaskManagerRunner --configDir "$home/conf"
  launch gateway 768m org.apache.flink.table.gateway.SqlGateway
}

wait_for_it() {
  for _ in $(seq 600); do
    ! ready || return 0
    all_run || break
    sleep 0.2
  done
  stop
  give_up "Flink does not come up: see the logs in $home"
}

if [ "${1:-}" = stop ]; then
  stop
  exit
fi
if ! all_run; then
  stop
  install
  configure
  start
fi
wait_for_it
echo "FLINK_GATEWAY=http://127.0.0.1:$port"

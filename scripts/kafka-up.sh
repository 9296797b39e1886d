#!/usr/bin/env bash
# Brings up Apache Kafka on loopback (broker and controller in one process), as the reference that the kafka connector is tested with,
# and prints KAFKA_BOOTSTRAP=127.0.0.1:PORT. Needs java 17 or newer, and mvn the first time. A second call only prints the address.
# `scripts/kafka-up.sh stop` ends the broker, `scripts/kafka-up.sh kill` does so without warning (kill -9): a crash. It ends no other.
# `pause` lets it stand still with its connections open, as a machine does that is out of breath, and `resume` go on.
#
#   KAFKA_VERSION        4.3.1
#   KAFKA_PORT           9392, the controller's port is the next
#   KAFKA_KEEP=1         starts with the topics of the broker that ran there before; without it, with none
#   KAFKA_PROPERTIES     more properties of the broker, one a line; the last value of a key wins
#   MILLSTREAM_ENGINES   where it is installed   ~/.cache/millstream-engines
set -euo pipefail

version=${KAFKA_VERSION:-4.3.1}
port=${KAFKA_PORT:-9392}
engines=${MILLSTREAM_ENGINES:-$HOME/.cache/millstream-engines}
jars=$engines/kafka-$version
home=$engines/kafka-test-$version-$port

give_up() { echo "kafka-up: $1" >&2; exit 3; }
# A process id may have been given to another program since.
runs() { [ -f "$home/pid" ] && tr '\0' ' ' 2>/dev/null <"/proc/$(cat "$home/pid")/cmdline" | grep -qF "$home/server.properties"; }
ready() { grep -q 'Kafka Server started' "$home/server.log" 2>/dev/null; }

stop() {
  runs || return 0
  kill -s "$1" "$(cat "$home/pid")"
  for _ in $(seq 300); do runs || return 0; sleep 0.1; done
  kill -9 "$(cat "$home/pid")"
}

install() {
  local tool stage
  for tool in java mvn; do command -v $tool >/dev/null || give_up "$tool is missing"; done
  stage=$(mktemp -d "$engines/kafka-XXXXXX")
  cat >"$stage/pom.xml" <<POM
<project>
  <modelVersion>4.0.0</modelVersion><groupId>none</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>$version</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
POM
  mvn -q -B -f "$stage/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$stage/lib" >&2 ||
    { rm -rf "$stage"; give_up "Maven has no Kafka $version"; }
  mv "$stage/lib" "$jars"
  rm -rf "$stage"
}

# Records of the past are kept: retention goes by their own time. The broker's session is short, because a broker that starts after a
# crash waits for the end of the one before it.
configure() {
  cat >"$home/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$((port + 1))
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$((port + 1))
advertised.listeners=PLAINTEXT://127.0.0.1:$port
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL
controller.listener.names=CONTROLLER
log.dirs=$home/data
log.retention.ms=-1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=4
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=2000
${KAFKA_PROPERTIES:-}
PROPERTIES
}

format() {
  [ "${KAFKA_KEEP:-}" = 1 ] || rm -rf "$home/data"
  java -XX:TieredStopAtLevel=1 -cp "$jars/*" kafka.tools.StorageTool format --ignore-formatted -t TWlsbHN0cmVhbVRlc3RzMQ \
    -c "$home/server.properties" >"$home/format.log" 2>&1 || { cat "$home/format.log" >&2; give_up 'the storage cannot be formatted'; }
}

start() {
  rm -f "$home/server.log"
  nohup setsid java -Xms384m -Xmx384m -Djava.net.preferIPv4Stack=true -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
    -Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info -cp "$jars/*" kafka.Kafka "$home/server.properties" \
    >"$home/server.log" 2>&1 </dev/null &
  echo $! >"$home/pid"
}

wait_for_it() {
  for _ in $(seq 600); do
    ! ready || return 0
    kill -0 "$(cat "$home/pid")" 2>/dev/null || break
    sleep 0.1
  done
  tail -20 "$home/server.log" >&2
  give_up "Kafka does not come up: see $home/server.log"
}

case ${1:-} in
  stop) stop TERM; exit ;;
  kill) stop KILL; exit ;;
  pause) runs && kill -STOP "$(cat "$home/pid")"; exit ;;
  resume) runs && kill -CONT "$(cat "$home/pid")"; exit ;;
esac
mkdir -p "$home"
if ! runs; then
  [ -d "$jars" ] || install
  configure
  format
  start
fi
wait_for_it
echo "KAFKA_BOOTSTRAP=127.0.0.1:$port"

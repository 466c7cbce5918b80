# shellcheck shell=bash
# Sourced by the commands. Starts one role on a JVM: launch HOME LIB MAIN ROLE ARGUMENT...
# HOME is the checkout or the installation, LIB holds the jars.
# The command becomes the JVM (exec), so that signals and the exit status are the JVM's.

fail() {
  echo "${0##*/}: $*" >&2
  exit 1
}

find_java() {
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, and there is no bin/java in it."
  else
    java=$(command -v java) || fail "There is no java. Install a JDK 17 or newer, or set JAVA_HOME."
  fi
  java_version=
  local real release line
  real=$(readlink -f "$java" 2>/dev/null || echo "$java")
  release=${real%/bin/java}/release
  # The file is there since Java 9; asking the JVM itself takes fifty times as long.
  if [ -r "$release" ]; then
    while read -r line; do
      case $line in JAVA_VERSION=*) java_version=${line#*\"} ;; esac
    done <"$release"
  fi
  [ -n "$java_version" ] || java_version=$("$java" -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p')
  java_release=${java_version%%[!0-9.]*}
  java_version=${java_version%%[!0-9]*}
  [ "${java_version:-0}" -ge 17 ] || fail "$java is version ${java_version:-unknown}, and 17 is needed."
}

# A quarter of the machine's memory, at most 1 GiB, each for the heap and outside of it.
memory_bound() {
  local kib=4194304 word number rest
  if [ -r /proc/meminfo ]; then
    while read -r word number rest; do
      if [ "$word" = MemTotal: ]; then
        kib=$number
        break
      fi
    done </proc/meminfo
  fi
  local mib=$((kib / 4096))
  echo $((mib > 1024 ? 1024 : mib < 128 ? 128 : mib))
}

# The classes of an earlier run, shared: it halves the CPU that a start takes. From Java 19 on the
# JVM makes the archive when the first process ends, and passes over one that doesn't fit. Java 17
# believes any archive, even half of one, so a short run before the first start makes it, and it
# gets its name when it is whole. One of another release, of Java's or of ours, is made anew.
share_classes() {
  local lib=$1 role=$2 argument archive
  shift 2
  for argument; do
    # These end before anything worth sharing is loaded.
    case $argument in --help | -h | --version | -V | --check-config) return ;; esac
  done
  local directory=${SPILLWAY_CACHE:-$lib}
  if [ "$java_version" -ge 19 ]; then
    archive=$directory/$role-$java_version.jsa
    [ ! -w "$directory" ] || flags+=(-XX:+AutoCreateSharedArchive)
  else
    archive=$directory/classes-$(own_release "$lib")-java-$java_release.jsa
    [ ! -w "$directory" ] || is_new "$archive" "$lib" || make_archive "$archive" "$lib"
    [ -s "$archive" ] || return 0
  fi
  [ ! -w "$directory" ] && [ ! -r "$archive" ] || flags+=("-XX:SharedArchiveFile=$archive")
}

own_release() {
  local jar
  for jar in "$1"/core-broker-*.jar; do
    jar=${jar##*/core-broker-}
    echo "${jar%.jar}"
  done
}

is_new() {
  local archive=$1 lib=$2 jar
  [ -e "$archive" ] || return 1
  for jar in "$lib"/*.jar; do
    [ ! "$jar" -nt "$archive" ] || return 1
  done
}

# Runs core broker and gateway on ports that nobody uses until they are ready. When that fails, an
# empty file keeps it from being tried at each start.
make_archive() {
  local archive=$1 lib=$2 part=$1.$$ started pid='' end jar
  started=$part.out
  rm -f "${archive%/*}"/classes-*.jsa
  # Nothing is left behind when it is stopped already now.
  trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null
    wait; rm -rf "$part" "$part.store" "$started"; exit 0' TERM INT
  # Whoever waits for the real process isn't to be told of this one.
  NOTIFY_SOCKET='' "$java" "${flags[@]}" "-XX:ArchiveClassesAtExit=$part" -cp "$class_path" \
    io.spillway.gateway.StandaloneMain \
    --set broker.listeners.tcp.port=0 --set broker.link.port=0 --set broker.admin.port=0 \
    --set gateway.listeners.http.port=0 --set gateway.admin.port=0 \
    --set "broker.store.directory=$part.store" >"$started" 2>/dev/null 9>&- &
  pid=$!
  end=$((SECONDS + 20))
  until grep -q ' running$' "$started" 2>/dev/null || [ "$SECONDS" -ge "$end" ]; do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill "$pid" 2>/dev/null || true
  if wait "$pid" && [ -s "$part" ]; then
    mv -f "$part" "$archive"
  else
    : >"$archive"
  fi
  trap - TERM INT
  rm -rf "$part" "$part.store" "$started"
  # Where the clock is behind the jars, the archive would be made at each start.
  for jar in "$lib"/*.jar; do
    [ ! "$jar" -nt "$archive" ] || touch -r "$jar" "$archive"
  done
}

launch() {
  local home=$1 lib=$2 main=$3 role=$4
  shift 4
  find_java
  local memory jar class_path=''
  memory=$(memory_bound)
  for jar in "$lib"/*.jar; do
    class_path+=${class_path:+:}$jar
  done
  local -a flags=(
    -XX:+UseG1GC -Xms16m "-Xmx${memory}m" "-XX:MaxDirectMemorySize=${memory}m"
    # What a burst has needed goes back to the system after 15 to 30 s at rest.
    -XX:G1PeriodicGCInterval=15000 -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40
    -XX:+ExitOnOutOfMemoryError
    # Leaked buffers are the tests' to find; looking for them, and making anew what could have been
    # used again, takes a seventh of the CPU that a small message costs.
    -Dio.netty.leakDetection.level=disabled
    -Dio.netty.recycler.maxCapacityPerThread=32768 -Dio.netty.recycler.ratio=0
    # The JVM's own warnings would stand on standard output.
    -Xlog:disable '-Xlog:all=error,cds*=off:stderr'
    "-Dspillway.home=$home" "-Dspillway.native=$lib/native"
  )
  # An option that a JVM doesn't know stops it, so each is given by version.
  if [ "$java_version" -ge 24 ]; then
    flags+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
  fi
  if [ "$java_version" -ge 25 ]; then
    flags+=(-XX:+UseCompactObjectHeaders)
  fi
  share_classes "$lib" "$role" "$@"
  # The compiler's memory goes back as well; the C library would keep it for each thread apart.
  export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-2}" MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_:-131072}"
  # shellcheck disable=SC2086 # JAVA_OPTS holds several words.
  exec "$java" "${flags[@]}" -cp "$class_path" ${JAVA_OPTS:-} "$main" "$@"
}

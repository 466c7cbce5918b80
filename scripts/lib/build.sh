# shellcheck shell=bash
# Sourced by the commands of the checkout. build_if_needed ROOT sets lib to a directory of jars that
# is as new as the sources. Maven runs only when something has changed.
#
# Each build has a directory of its own below target/stage, because a JVM that runs from a jar
# doesn't survive that the jar is overwritten.

maven() {
  command -v mvn >/dev/null || fail "There is no mvn. Install Maven 3.8 or newer."
  local more=${MAVEN_ARGS:-}
  # Maven 3.9 reads the variable by itself, 3.8 doesn't.
  # shellcheck disable=SC2086 # MAVEN_ARGS holds several words.
  MAVEN_ARGS='' mvn "$@" $more
}

is_fresh() {
  local stamp=$1/target/stage/current/built
  [ -e "$stamp" ] || return 1
  # Directories count: their time changes when a file goes.
  [ -z "$(cd "$1" && find pom.xml .mvn ./*/pom.xml ./*/src/main -newer "$stamp" -print 2>/dev/null | head -n 1)" ]
}

# Libraries are linked, as Maven never writes into one again; our own jars are copied.
stage() {
  local root=$1 next=$2 jar
  for jar in "$root"/ws-gateway/target/lib/*.jar; do
    case ${jar##*/} in
      core-broker-* | web-demo-*) ;;
      *) ln "$jar" "$next/" 2>/dev/null || cp "$jar" "$next/" ;;
    esac
  done
  for jar in "$root"/{core-broker,web-demo,ws-gateway}/target/*.jar; do
    case $jar in
      *-tests.jar | *-sources.jar) ;;
      *) cp "$jar" "$next/" ;;
    esac
  done
  native_code "$next"
}

# The store's native library for this machine, unpacked, so that no start has to; where that can't be
# done the program does it itself.
native_code() {
  local name
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) name=librocksdbjni-linux64.so ;;
    Linux-aarch64) name=librocksdbjni-linux-aarch64.so ;;
    *) return 0 ;;
  esac
  mkdir "$1/native"
  (cd "$1/native" && jar xf "$1"/rocksdbjni-*.jar "$name" 2>/dev/null &&
    mv "$name" "${name/rocksdbjni/rocksdbjnijni}") ||
    rm -rf "$1/native"
}

build() {
  local root=$1 stages=$1/target/stage next old
  next=$stages/$(date +%s)-$$
  mkdir -p "$next"
  # Whatever changes from here on is for the next build.
  touch "$next/built"
  # Jars of an earlier version would stay beside the new ones.
  rm -rf "$root"/ws-gateway/target/lib
  rm -f "$root"/*/target/*.jar
  echo "Building; this is needed once after a change." >&2
  (cd "$root" && maven -q -Dstyle.color=never -DskipTests package) >&2 || {
    rm -rf "$next"
    fail "The build failed."
  }
  stage "$root" "$next"
  ln -sfn "${next##*/}" "$stages/current"
  # The two before may still run.
  # shellcheck disable=SC2012 # The names are ours.
  for old in $(cd "$stages" && ls -dt [0-9]*-[0-9]* | tail -n +4); do
    rm -rf "${stages:?}/$old"
  done
}

build_if_needed() {
  local root=$1
  if ! is_fresh "$root"; then
    mkdir -p "$root/target/stage"
    if command -v flock >/dev/null; then
      # One builds, the others wait for it and find that nothing is left to do.
      exec 9>"$root/target/stage/lock"
      flock 9
    fi
    is_fresh "$root" || build "$root"
    exec 9>&-
  fi
  # shellcheck disable=SC2034 # The caller's.
  lib=$(cd "$root/target/stage/current" && pwd -P)
}

# Debian starts a server when its package is installed; the tests start their own.
install_packages() {
  local policy=/usr/sbin/policy-rc.d status=0
  if [ ! -e "$policy" ]; then
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
  fi
  {
    apt-get -qq update &&
      DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@"
  } >&2 || status=$?
  if [ -n "$(trap -p EXIT)" ]; then
    rm -f "$policy"
    trap - EXIT
  fi
  return "$status"
}

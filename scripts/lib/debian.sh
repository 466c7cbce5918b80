# shellcheck shell=bash
# Sourced by scripts/dist. debian_package ROOT HOME VERSION PLATFORM OUT makes a Debian package of the
# unpacked archive HOME in the directory OUT. It needs dpkg-deb, and no root.

maintainer="The Spillway authors <spillway@localhost>"

debian_package() {
  local root=$1 home=$2 version=$3 platform=$4 out=$5 architecture tree package
  case $platform in
    linux-x86_64) architecture=amd64 ;;
    linux-aarch_64) architecture=arm64 ;;
    *) fail "A Debian package is for linux-x86_64 or linux-aarch_64, not for $platform." ;;
  esac
  command -v dpkg-deb >/dev/null || fail "There is no dpkg-deb."
  # Debian's order of versions puts a tilde before everything.
  version=${version/-SNAPSHOT/~snapshot}
  package=$out/spillway_${version}_$architecture.deb
  tree=$(mktemp -d)
  debian_files "$home" "$tree" "$version" "$released"
  debian_control "$root" "$tree" "$version" "$architecture"
  chmod -R u=rwX,go=rX "$tree"
  chmod 755 "$tree"/DEBIAN/p* "$tree"/usr/lib/spillway/bin/*
  find "$tree"/usr/lib/spillway/bin -name '*.sh' -exec chmod 644 {} +
  rm -f "$package"
  dpkg-deb --root-owner-group -Zxz --build "$tree" "$package" >/dev/null
  rm -rf "$tree"
}

debian_files() {
  local home=$1 tree=$2 version=$3 released=$4 program=$2/usr/lib/spillway doc=$2/usr/share/doc/spillway command unit text
  mkdir -p "$program" "$doc/examples" "$tree/usr/bin" "$tree/etc/spillway" \
    "$tree/lib/systemd/system" "$tree/usr/lib/sysusers.d" "$tree/usr/share/man/man1" \
    "$tree/usr/share/bash-completion/completions"
  cp -r "$home/bin" "$home/lib" "$program/"
  rm -f "$program"/bin/*.cmd
  ln -s ../lib/spillway/bin/spillway "$tree/usr/bin/spillway"
  for command in run core-broker ws-gateway passwd scram-user; do
    ln -s "../lib/spillway/bin/$command" "$tree/usr/bin/spillway-$command"
  done
  cp "$home"/man/man1/*.1 "$tree/usr/share/man/man1/"
  gzip -9n "$tree"/usr/share/man/man1/*.1
  sed '1{/^#!/d}' "$home/completion/spillway.bash" >"$tree/usr/share/bash-completion/completions/spillway"

  # What an administrator changes.
  debian_text conf/local.conf /etc/spillway/spillway.conf \
    <"$home/conf/local.conf" >"$tree/etc/spillway/spillway.conf"
  debian_text conf/internal-core.conf /etc/spillway/core.conf \
    <"$home/conf/internal-core.conf" >"$tree/etc/spillway/core.conf"
  debian_text conf/edge-gateway.conf /etc/spillway/gateway.conf \
    <"$home/conf/edge-gateway.conf" >"$tree/etc/spillway/gateway.conf"
  # Core and gateway are often apart, so that their user has to be the same in both.
  echo 'u spillway - "Spillway MQTT broker" /var/lib/spillway' >"$tree/usr/lib/sysusers.d/spillway.conf"
  for unit in "$home"/conf/systemd/*.service; do
    sed -e 's|/opt/spillway/README.md|/usr/share/doc/spillway/README.md|' \
      -e 's|/opt/spillway|/usr/lib/spillway|' -e '/^DynamicUser=/d' -e '/^# Copy to /d' \
      -e '/^# The archive is unpacked/d' "$unit" | sed '/./,$!d' >"$tree/lib/systemd/system/${unit##*/}"
  done

  # As the commands are on the path, and the files where Debian has them.
  # shellcheck disable=SC2016 # These are a text's backquotes and its reader's directory.
  debian_text conf/ examples/ <"$home/README.md" |
    sed -E -e 's#\[LICENSE\]\(LICENSE\)#[copyright](copyright)#' \
      -e '/^With a JRE/s/.*/It is installed:/' -e '/^## Where things are/,/^$/d' -e '/^\| place /,/^$/d' \
      -e 's/^spillway-run  .*/sudo systemctl enable --now spillway/' \
      -e 's/^(When all is up, )`spillway-run` prints/\1`journalctl -u spillway` shows/' \
      -e 's/^Ctrl-C stops it\..*`data`\./The store is `\/var\/lib\/spillway`, the configuration `\/etc\/spillway\/spillway.conf`. As a user of your own:\n`spillway-run --set broker.store.directory=$HOME\/spillway`./' \
      >"$doc/README.md"
  debian_text conf/ examples/ <"$home/SECURITY.md" >"$doc/SECURITY.md"
  cp "$home/LICENCES.txt" "$doc/"
  cp -r "$home"/conf/* "$doc/examples/"
  for text in "$home"/conf/*.{conf,md}; do
    debian_text 'conf/([a-z-]+\.conf)' '/usr/share/doc/spillway/examples/\1' \
      <"$text" >"$doc/examples/${text##*/}"
  done
  gzip -9nc "$home/CHANGELOG.md" >"$doc/CHANGELOG.md.gz"
  {
    printf 'spillway (%s) stable; urgency=medium\n\n  * What has changed is told in CHANGELOG.md.gz.\n\n' "$version"
    printf ' -- %s  %s\n' "$maintainer" "$(LC_ALL=C date -u -d "$released" +'%a, %d %b %Y %T %z')"
  } | gzip -9n >"$doc/changelog.gz"
  cat >"$doc/copyright" <<EOF
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Spillway

Files: *
Copyright: ${released%%-*} the authors of Spillway
License: Apache-2.0
 On Debian systems the full text is in /usr/share/common-licenses/Apache-2.0.
Comment: The libraries in /usr/lib/spillway/lib and their licences are listed in LICENCES.txt.
EOF
}

# debian_text FROM TO: the archive's text with the commands as they are on the path, and one more change.
debian_text() {
  sed -E -e 's#(^|[^/])bin/spillway#\1spillway#g' \
    -e 's#(^|[^/])bin/(run|core-broker|ws-gateway|passwd|scram-user)#\1spillway-\2#g' -e "s#$1#$2#g"
}

debian_control() {
  local root=$1 tree=$2 version=$3 architecture=$4
  mkdir -p "$tree/DEBIAN"
  cat >"$tree/DEBIAN/control" <<EOF
Package: spillway
Version: $version
Architecture: $architecture
Section: net
Priority: optional
Maintainer: $maintainer
Installed-Size: $(du -sk --exclude=DEBIAN "$tree" | cut -f1)
Depends: libc6 (>= 2.17), libgcc-s1, libstdc++6, default-jre-headless (>= 2:1.17) | java17-runtime-headless
Recommends: systemd
Description: MQTT for browsers: a core broker and a WebSocket gateway
 Spillway has an MQTT broker that devices reach over TCP, and a gateway that
 pours its messages over any number of browsers, while a single copy of each
 message crosses the link between the two. A dashboard comes with it.
 .
 After the installation: systemctl enable --now spillway
EOF
  (cd "$tree" && find etc -type f | sed 's|^|/|' | sort) >"$tree/DEBIAN/conffiles"
  (cd "$tree" && find usr lib -type f -exec md5sum {} + | sort -k 2) >"$tree/DEBIAN/md5sums"
  cp "$root"/scripts/lib/debian/{postinst,prerm,postrm} "$tree/DEBIAN/"
}

# Sourced: brings a password to a command's standard input. At a terminal it is asked for twice and
# not shown; otherwise what stands on standard input is passed on as it is.
with_password() {
  local first second
  if [ ! -t 0 ]; then
    exec "$@"
  fi
  read -rsp 'Password: ' first
  echo >&2
  read -rsp 'Again: ' second
  echo >&2
  if [ "$first" != "$second" ]; then
    echo 'The two are not the same; nothing was changed.' >&2
    exit 2
  fi
  # A builtin, so that no list of processes shows it.
  printf '%s\n' "$first" | "$@"
}

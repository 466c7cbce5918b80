# shellcheck shell=bash
# Sourced by passwd and scram-user: their usage, what names a user may have, and how a password comes
# to a command's standard input.

password_from='The password is asked for at a terminal, otherwise read from standard input.'

# passwd_arguments ARGUMENT...
passwd_arguments() {
  local usage="Usage: ${0##*/} [-D] FILE USER
Adds or changes a user of broker.auth.password-file, or removes one (-D).
$password_from
A line is one that Mosquitto reads too; a running broker takes the change up by itself."
  help_if_wanted "$usage" "$@"
  case ${1-} in
    -D)
      [ $# = 3 ] || bad_usage "$usage"
      # One whose name begins with '-' can still go.
      check_user "${3#-}"
      ;;
    -*) bad_usage "$usage" ;;
    *)
      [ $# = 2 ] || bad_usage "$usage"
      check_user "$2"
      ;;
  esac
}

# scram_user_arguments ARGUMENT...
scram_user_arguments() {
  local usage="Usage: ${0##*/} USER
Prints a user's line for broker.auth.scram-file.
$password_from"
  help_if_wanted "$usage" "$@"
  [ $# = 1 ] || bad_usage "$usage"
  check_user "$1"
}

help_if_wanted() {
  case ${2-} in
    -h | --help)
      echo "$1"
      exit 0
      ;;
  esac
}

bad_usage() {
  echo "$1" >&2
  exit 2
}

# The files have a user per line, and ':' behind the name.
check_user() {
  case $1 in
    '' | -* | *[:$'\n\r']*)
      echo "${0##*/}: USER: '$1' (expected: a name that doesn't begin with '-' and has no ':' or line break)" >&2
      exit 2
      ;;
  esac
}

# At a terminal the password is asked for twice and not shown; otherwise what stands on standard
# input is passed on as it is.
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

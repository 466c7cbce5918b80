# Turns a reference.conf into a list: each key in full, its default, and the comment above it.
function path(   i, p) {
  p = ""
  for (i = 1; i <= depth; i++) p = p (p == "" ? "" : ".") level[i]
  return p
}
function flush_comment(   text) {
  text = comment
  comment = ""
  return text
}
/^[ \t]*#/ {
  line = $0
  sub(/^[ \t]*# ?/, "", line)
  comment = comment (comment == "" ? "" : " ") line
  next
}
/^[ \t]*$/ { if (depth == 0) comment = ""; else if (comment != "" ) { printf "\n%s\n\n", flush_comment() } next }
/\{[ \t]*$/ {
  name = $0
  sub(/^[ \t]*/, "", name)
  sub(/[ \t]*\{[ \t]*$/, "", name)
  level[++depth] = name
  printf "\n### `%s`\n\n", path()
  if (comment != "") printf "%s\n\n", flush_comment()
  next
}
/^[ \t]*\}/ { depth--; comment = ""; next }
{
  line = $0
  sub(/^[ \t]*/, "", line)
  split_at = index(line, " = ")
  if (split_at) { name = substr(line, 1, split_at - 1); value = substr(line, split_at + 3) }
  else { name = line; sub(/ *\{.*/, "", name); value = substr(line, length(name) + 1); sub(/^ +/, "", value) }
  text = flush_comment()
  printf "- `%s.%s` = `%s`%s\n", path(), name, value, (text == "" ? "" : " — " text)
}

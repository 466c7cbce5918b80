# Turns the checkout's README.md into the archive's: commands are in bin/ and built already, keys are in
# conf/KEYS.md, and what only the sources have isn't linked.
/^!\[/ { skip_blank = 1; next }
skip_blank && /^$/ { skip_blank = 0; next }
{ skip_blank = 0 }

/^## / { section = $0 }

# From what is needed to the commands' end.
section == "## Start" && /^With a JDK/ {
  print "With a JRE (17 or newer):\n\n```\nbin/run         # starts core and gateway, prints the dashboard's URL\n```"
  in_building = 1
  next
}
in_building { if (/^When all is up/) { in_building = 0; print "" } else next }

# The load generator and its text are in the sources.
section == "## Beside other brokers" && /^```/ { in_bench = !in_bench; skip_blank = 1; next }
in_bench { next }
section == "## Beside other brokers" && /^\[How it is measured\]/ { skip_blank = 1; next }

/^Every key, with its unit/ {
  print "Every key, with its unit, default and reason, is in [`conf/KEYS.md`](conf/KEYS.md)."
  in_keys = 1
  next
}
in_keys { if (/^$/) in_keys = 0; else next }

section == "## Where things are" {
  if (/^## /) {
    print "## Where things are\n\n| place | what |\n|---|---|"
    print "| `bin` | `run`, `core-broker`, `ws-gateway`, `spillway` (looks after a running broker), `passwd`, `scram-user`; for Windows with `.cmd` |"
    print "| [`conf`](conf/README.md) | commented deployments, and [every key](conf/KEYS.md) |"
    print "| `man`, `completion` | manual pages (`man -l man/man1/spillway.1`), completion for bash and zsh |"
    print "| `lib`, [LICENCES.txt](LICENCES.txt), [SBOM.json](SBOM.json) | the jars, their licences, the same as CycloneDX |\n"
  }
  next
}

{ gsub(/scripts\//, "bin/"); gsub("\\[`conf/`\\]\\(conf\\)", "[`conf/`](conf/README.md)"); print }

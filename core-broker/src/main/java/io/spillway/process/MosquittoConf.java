package io.spillway.process;

import com.typesafe.config.Config;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a {@code mosquitto.conf} means here: keys of ours, notes about the lines that mean nothing
 * here, and mistakes. A line whose loss would open what Mosquitto keeps shut is a mistake, not a
 * note. Immutable once read.
 */
final class MosquittoConf {
  private static final int INCLUDE_DEPTH_MAX = 8;

  private final List<MosquittoLine> lines = new ArrayList<>();
  private final Map<MosquittoLine, Integer> included = new HashMap<>();
  private final List<Mistake> mistakes = new ArrayList<>();
  private MosquittoTranslation translation;

  private MosquittoConf() {}

  static MosquittoConf read(Path file) {
    MosquittoConf conf = new MosquittoConf();
    if (Files.isRegularFile(file) && Files.isReadable(file)) {
      conf.load(file, 0);
    } else {
      conf.mistakes.add(new Mistake("--mosquitto-conf", file.toString(), "a readable file", null));
    }
    conf.translation = MosquittoTranslation.of(conf.lines, conf.included);
    conf.mistakes.addAll(conf.translation.mistakes());
    return conf;
  }

  Config config() {
    return translation.config();
  }

  List<Mistake> mistakes() {
    return mistakes;
  }

  /** One note per line that the role doesn't use, with the reason. */
  List<String> notesFor(Role role) {
    return translation.notesFor(role.command(), rootsAndLog(role));
  }

  /** The same with what the lines that it uses become. */
  List<String> describedFor(Role role) {
    return translation.describedFor(role.command(), rootsAndLog(role));
  }

  private static Set<String> rootsAndLog(Role role) {
    return Stream.concat(role.roots().stream(), Stream.of("log"))
        .collect(java.util.stream.Collectors.toSet());
  }

  private void load(Path file, int depth) {
    List<String> text;
    try {
      text = Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      mistakes.add(new Mistake("--mosquitto-conf", file.toString(), "a file in UTF-8", null));
      return;
    }
    for (int i = 0; i < text.size(); i++) {
      MosquittoLine line = MosquittoLine.of(file, i + 1, text.get(i));
      if (line != null && line.option().equals("include_dir")) {
        include(line, depth + 1);
      } else if (line != null) {
        lines.add(line);
      }
    }
  }

  /** Its files that end in {@code .conf}, in the order of their names. */
  private void include(MosquittoLine line, int depth) {
    if (line.value().isEmpty()) {
      mistakes.add(line.mistake(MosquittoLine.A_VALUE));
      return;
    }
    Path directory = Path.of(line.value());
    if (depth > INCLUDE_DEPTH_MAX || !Files.isDirectory(directory)) {
      mistakes.add(line.mistake("a directory of configuration files"));
      return;
    }
    try (Stream<Path> entries = Files.list(directory)) {
      List<Path> files =
          entries.filter(file -> file.getFileName().toString().endsWith(".conf")).sorted().toList();
      lines.add(line);
      included.put(line, files.size());
      files.forEach(file -> load(file, depth));
    } catch (IOException e) {
      mistakes.add(line.mistake("a directory that can be read"));
    }
  }
}

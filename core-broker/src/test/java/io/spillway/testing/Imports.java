package io.spillway.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads which names of other packages the sources of a module use, imported or written out. */
public final class Imports {
  private static final Pattern NAME =
      Pattern.compile("\\b[a-z][a-z0-9]*(\\.[a-z][a-z0-9]*)+\\.[A-Z]\\w*");
  private static final List<String> FOR_EVERYBODY = List.of("java", "javax", "org.slf4j");

  private Imports() {}

  /**
   * What is used and not allowed, one text each.
   *
   * @param mayKnow by package without {@code io.spillway.}: the packages and classes of others that
   *     it may use; a package that isn't in it has no rule, which is told as well
   */
  public static List<String> beyond(Path sources, Map<String, List<String>> mayKnow)
      throws IOException {
    List<String> beyond = new ArrayList<>();
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).sorted().toList()) {
        check(sources, file, mayKnow, beyond);
      }
    }
    return beyond;
  }

  private static void check(
      Path sources, Path file, Map<String, List<String>> mayKnow, List<String> beyond)
      throws IOException {
    String own = sources.relativize(file.getParent()).toString().replace('/', '.');
    List<String> allowed = mayKnow.get(own.replaceFirst("^io\\.spillway\\.", ""));
    if (allowed == null) {
      beyond.add(own + " has no rule");
      return;
    }
    for (String line : Files.readAllLines(file)) {
      String code = line.strip();
      if (code.startsWith("*") || code.startsWith("/") || code.startsWith("package ")) {
        continue;
      }
      Matcher names = NAME.matcher(code.replaceAll("\"[^\"]*\"", ""));
      while (names.find()) {
        String name = names.group();
        boolean known =
            name.substring(0, name.lastIndexOf('.')).equals(own)
                || isBelow(name, FOR_EVERYBODY)
                || isBelow(name, allowed);
        if (!known) {
          beyond.add(file.getFileName() + " of " + own + " uses " + name);
        }
      }
    }
  }

  /** A package allows those below it, except for ours, where each is named. */
  private static boolean isBelow(String name, List<String> allowed) {
    for (String prefix : allowed) {
      boolean ours = prefix.startsWith("io.spillway.");
      String parent = name.substring(0, name.lastIndexOf('.'));
      if (name.equals(prefix) || ours && parent.equals(prefix)) {
        return true;
      }
      if (!ours && name.startsWith(prefix + ".")) {
        return true;
      }
    }
    return false;
  }
}

package io.spillway.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a Spillway under test differs from the one as it comes.
 *
 * @param home the checkout it runs from
 * @param settings further {@code KEY=VALUE}, the same for both processes, each of which ignores the
 *     other's
 * @param jvm further options of both JVMs, with blanks between them
 */
record Variant(String name, Path home, List<String> settings, String jvm) {

  /** Reads the words of {@code --variant}. */
  static Variant of(String words, Path home) {
    Path from = home;
    List<String> settings = new ArrayList<>();
    List<String> jvm = new ArrayList<>();
    for (String word : words.split(" +")) {
      if (word.startsWith("home=")) {
        from = Path.of(word.substring("home=".length()));
      } else if (word.startsWith("jvm=")) {
        jvm.add(word.substring("jvm=".length()));
      } else if (word.contains("=")) {
        settings.add(word);
      } else if (!word.isEmpty()) {
        throw new IllegalArgumentException(word + " (expected: KEY=VALUE, jvm=... or home=...)");
      }
    }
    return new Variant(("spillway " + words).trim(), from, settings, String.join(" ", jvm));
  }
}

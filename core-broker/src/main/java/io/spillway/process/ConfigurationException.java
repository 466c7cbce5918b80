package io.spillway.process;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A configuration with mistakes: all of them, one per line. The process exits with 2. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<Mistake> mistakes;

  ConfigurationException(List<Mistake> mistakes) {
    super(sorted(mistakes).map(Mistake::toString).collect(Collectors.joining("\n")));
    this.mistakes = sorted(mistakes).toList();
  }

  private static Stream<Mistake> sorted(List<Mistake> mistakes) {
    return mistakes.stream()
        .sorted(Comparator.comparing(Mistake::file).thenComparingInt(Mistake::line));
  }

  /** By file and line; those of no file first. */
  public List<Mistake> mistakes() {
    return mistakes;
  }
}

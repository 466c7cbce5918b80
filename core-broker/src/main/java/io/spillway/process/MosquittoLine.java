package io.spillway.process;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import java.nio.file.Path;

/** One line of a {@code mosquitto.conf} that isn't empty and isn't a comment. */
record MosquittoLine(Path file, int number, String option, String value) {
  /** What is expected where only the option stands. */
  static final String A_VALUE = "a value";

  /** Null for a line that says nothing. */
  static MosquittoLine of(Path file, int number, String text) {
    String stripped = text.strip();
    if (stripped.isEmpty() || stripped.startsWith("#")) {
      return null;
    }
    String[] parts = stripped.split("\\s+", 2);
    return new MosquittoLine(file, number, parts[0], parts.length > 1 ? parts[1] : "");
  }

  /** As people may see it. */
  String text() {
    return value.isEmpty() ? option : option + ' ' + shown();
  }

  private String shown() {
    boolean secret = option.endsWith("password") || option.endsWith("psk");
    return secret ? "(not shown)" : value;
  }

  String place() {
    return file + ":" + number;
  }

  ConfigOrigin origin() {
    return ConfigOriginFactory.newFile(file.toString()).withLineNumber(number);
  }

  Mistake mistake(String expectation) {
    return new Mistake(option, value.isEmpty() ? null : shown(), expectation, place());
  }
}

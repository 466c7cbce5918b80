package io.spillway.process;

import com.typesafe.config.ConfigException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What would have been right where HOCON can't be read. The parser's own texts speak of its tokens,
 * and may repeat a part of a secret. Pure functions.
 */
final class HoconFault {
  private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{[^}]*}");
  private static final Pattern RESERVED = Pattern.compile("Reserved character '(.)'");

  private HoconFault() {}

  static String expectation(ConfigException failure) {
    String message = String.valueOf(failure.getMessage());
    if (failure instanceof ConfigException.IO || message.contains("FileNotFoundException")) {
      return "a readable file, as it is included";
    }
    if (failure instanceof ConfigException.UnresolvedSubstitution) {
      Matcher substitution = SUBSTITUTION.matcher(message);
      String what = substitution.find() ? substitution.group() : "a substitution";
      return "a key or an environment variable for " + what;
    }
    Matcher reserved = RESERVED.matcher(message);
    if (reserved.find()) {
      return "HOCON; a text with " + reserved.group(1) + " stands in double quotes";
    }
    if (message.contains("newline")) {
      return "HOCON; a text ends on its line, with a double quote if it began with one";
    }
    if (message.contains("may not be followed by")) {
      return "HOCON; = or { behind a key";
    }
    if (message.contains("List should have")) {
      return "HOCON; a ] at the end of a list";
    }
    if (message.contains("end of file")) {
      return "HOCON; a } for each { before the file's end";
    }
    if (message.contains("unbalanced")) {
      return "HOCON; a { for each }";
    }
    if (message.contains("adjacent period")) {
      return "HOCON; a key without empty parts between its dots";
    }
    return "HOCON; KEY = VALUE or KEY { ... }";
  }
}

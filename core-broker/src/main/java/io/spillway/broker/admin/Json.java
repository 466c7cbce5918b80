package io.spillway.broker.admin;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.util.Map;

/** JSON out of maps, lists and values, and a flat object of JSON into the same. Pure functions. */
final class Json {
  private Json() {}

  /** Of a map, an iterable, a text, a number, a truth value or null. */
  static String text(Object value) {
    StringBuilder out = new StringBuilder(256);
    write(out, value);
    return out.append('\n').toString();
  }

  /**
   * Reads one object whose values are texts, numbers or truth values.
   *
   * @throws ApiProblem for anything else
   */
  static Map<String, Object> object(String text) {
    // Deeper ones have no use here, and a parser may run out of stack.
    if (text.chars().filter(c -> c == '{' || c == '[').count() > 1 && isNested(text)) {
      throw new ApiProblem(400, "the body must be one JSON object without others in it");
    }
    try {
      Config config =
          ConfigFactory.parseString(
              text, ConfigParseOptions.defaults().setSyntax(ConfigSyntax.JSON));
      return config.root().unwrapped();
    } catch (ConfigException e) {
      throw new ApiProblem(400, "the body must be one JSON object: " + e.getMessage());
    }
  }

  /** Whether there is a bracket outside of texts, other than the first. */
  private static boolean isNested(String text) {
    boolean quoted = false;
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          quoted = false;
        }
      } else if (c == '"') {
        quoted = true;
      } else if ((c == '{' || c == '[') && ++depth > 1) {
        return true;
      }
    }
    return false;
  }

  private static void write(StringBuilder out, Object value) {
    if (value instanceof Map<?, ?> map) {
      out.append('{');
      map.forEach(
          (name, each) -> {
            quote(out, name.toString());
            out.append(':');
            write(out, each);
            out.append(',');
          });
      close(out, '}');
    } else if (value instanceof Iterable<?> list) {
      out.append('[');
      for (Object each : list) {
        write(out, each);
        out.append(',');
      }
      close(out, ']');
    } else if (value instanceof Number || value instanceof Boolean || value == null) {
      out.append(value);
    } else {
      quote(out, value.toString());
    }
  }

  private static void close(StringBuilder out, char bracket) {
    if (out.charAt(out.length() - 1) == ',') {
      out.setLength(out.length() - 1);
    }
    out.append(bracket);
  }

  private static void quote(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20 || c == 0x7F || Character.isSurrogate(c) && !isPaired(text, i)) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  private static boolean isPaired(String text, int index) {
    return Character.isHighSurrogate(text.charAt(index))
        ? index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1))
        : index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
  }
}

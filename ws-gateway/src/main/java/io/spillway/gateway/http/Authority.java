package io.spillway.gateway.http;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Host and port as a Host header or an Origin holds them.
 *
 * @param host in lower case, an IPv6 literal with its brackets
 * @param port -1 if none was given
 */
record Authority(String host, int port) {
  private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}");

  /** Null if the text is none. */
  static Authority parse(String text) {
    int end = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
    if (end < 0) {
      end = text.length();
    }
    if (end == 0) {
      return null;
    }
    String host = text.substring(0, end).toLowerCase(Locale.ROOT);
    String rest = text.substring(end);
    if (rest.isEmpty()) {
      return new Authority(host, -1);
    }
    if (!PORT.matcher(rest).matches()) {
      return null;
    }
    return new Authority(host, Integer.parseInt(rest.substring(1)));
  }
}

package io.spillway.gateway.http;

import java.nio.charset.StandardCharsets;

/**
 * Leaves comments and indentation of our own scripts and styles at home: they are a sixth of what a
 * visitor would fetch, and whoever wants to read them has the sources.
 *
 * <p>Only comments that begin a line go, and each line stays where it is, so that the line numbers
 * in a browser's messages are those of the sources. Licences, {@code /*!}, stay. This is no parser:
 * it would harm a template literal of several lines and code behind a comment, so it is for the
 * bundled files only, where a test sees that there is neither.
 */
final class BareText {

  private BareText() {}

  static byte[] of(byte[] source) {
    String[] lines = new String(source, StandardCharsets.UTF_8).split("\n", -1);
    boolean inside = false;
    for (int i = 0; i < lines.length; i++) {
      String text = lines[i].strip();
      inside |= text.startsWith("/*") && !text.startsWith("/*!");
      lines[i] = inside || text.startsWith("//") ? "" : text;
      inside &= !text.endsWith("*/");
    }
    return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
  }
}

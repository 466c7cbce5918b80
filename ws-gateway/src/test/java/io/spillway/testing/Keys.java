package io.spillway.testing;

import java.util.Map;

/** The browser wants a key's number as well as its name. */
final class Keys {
  private static final Map<String, Integer> CODES =
      Map.of(
          "Enter", 13,
          "Escape", 27,
          "End", 35,
          "Home", 36,
          "ArrowLeft", 37,
          "ArrowUp", 38,
          "ArrowRight", 39,
          "ArrowDown", 40,
          "Delete", 46,
          "Tab", 9);

  private Keys() {}

  static int code(String key) {
    return CODES.getOrDefault(key, (int) Character.toUpperCase(key.charAt(0)));
  }
}

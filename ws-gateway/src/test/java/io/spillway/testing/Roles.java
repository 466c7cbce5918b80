package io.spillway.testing;

import java.util.Map;

/** Chromium's own words for the few roles that it calls differently from ARIA. */
final class Roles {
  private static final Map<String, String> IN_CHROMIUM = Map.of("img", "image");

  private Roles() {}

  static String inChromium(String role) {
    return IN_CHROMIUM.getOrDefault(role, role);
  }
}

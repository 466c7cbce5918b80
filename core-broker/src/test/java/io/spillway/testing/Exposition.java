package io.spillway.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prometheus' text format, read back as strictly as its own parser does, with the conventions for
 * names that promtool checks. One thread.
 */
public final class Exposition {
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(?:,|$)");
  private static final List<String> NOT_BASE_UNITS =
      List.of("milliseconds", "ms", "minutes", "hours", "kilobytes", "kib", "mib", "percent");

  private final Map<String, String> types = new LinkedHashMap<>();
  private final Map<String, Double> samples = new LinkedHashMap<>();

  private Exposition() {}

  /** By Prometheus' own tool too, where it is installed. */
  public static Exposition of(String text) {
    Tools.feedIfInstalled(text, "promtool", "check", "metrics");
    assertTrue(text.endsWith("\n"), "the last line has no end");
    Exposition page = new Exposition();
    Set<String> helped = new HashSet<>();
    for (String line : text.split("\n")) {
      if (line.startsWith("# HELP ")) {
        String[] words = line.split(" ", 4);
        assertTrue(words.length == 4 && !words[3].isBlank(), line);
        assertTrue(helped.add(words[2]), "twice: " + line);
      } else if (line.startsWith("# TYPE ")) {
        String[] words = line.split(" ");
        assertTrue(helped.contains(words[2]), "no help before " + line);
        assertEquals(null, page.types.put(words[2], words[3]), line);
        checkName(words[2], words[3]);
      } else {
        page.sample(line);
      }
    }
    return page;
  }

  private static void checkName(String name, String type) {
    assertEquals(
        type.equals("counter"), name.endsWith("_total"), name + " is a " + type + ": _total");
    if (type.equals("histogram")) {
      assertTrue(name.endsWith("_seconds") || name.endsWith("_bytes"), name + " has no unit");
    }
    for (String word : name.split("_")) {
      assertFalse(NOT_BASE_UNITS.contains(word), name + " is in " + word);
    }
    assertTrue(name.matches("(spillway|process|jvm)_[a-z0-9_]+"), name);
  }

  private void sample(String line) {
    Matcher sample = SAMPLE.matcher(line);
    assertTrue(sample.matches(), line);
    String name = sample.group(1);
    String family = types.containsKey(name) ? name : name.replaceFirst("_(bucket|sum|count)$", "");
    String last = List.copyOf(types.keySet()).get(types.size() - 1);
    assertEquals(last, family, "in the wrong family: " + line);
    if (sample.group(2) != null) {
      Matcher label = LABEL.matcher(sample.group(2));
      int end = 0;
      while (label.lookingAt()) {
        end = label.end();
        label.region(end, sample.group(2).length());
      }
      assertEquals(sample.group(2).length(), end, line);
    }
    double value = Double.parseDouble(sample.group(3).replace("Inf", "Infinity"));
    String key = line.substring(0, line.length() - sample.group(3).length() - 1);
    assertEquals(null, samples.put(key, value), "twice: " + key);
  }

  /** Names of families with their types. */
  public Map<String, String> types() {
    return types;
  }

  /** The value of a sample as written, such as {@code up{job="a"}}. */
  public double value(String sample) {
    Double value = samples.get(sample);
    assertNotNull(value, sample + " is none of " + samples.keySet());
    return value;
  }
}

package io.spillway.mqtt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {
  private static final List<String> NAMES = texts(4, "a", "b", "", "$x");
  private static final List<TopicFilter> FILTERS =
      texts(3, "a", "b", "", "$x", "+", "#").stream()
          .filter(text -> !text.contains("#/"))
          .map(TopicFilter::parse)
          .toList();

  @Test
  void everyShortFilterMatchesWhatARegularExpressionMatches() {
    for (TopicFilter filter : FILTERS) {
      Pattern pattern = pattern(filter.text());

      for (String name : NAMES) {
        boolean expected =
            pattern.matcher(name).matches()
                && !(name.startsWith("$") && filter.text().matches("[+#].*"));
        assertEquals(expected, filter.matches(name), () -> filter + " and " + name);
      }
    }
  }

  @Test
  void twoFiltersOverlapExactlyWhenSomeNameMatchesBoth() {
    List<BitSet> matched = new ArrayList<>();
    for (TopicFilter filter : FILTERS) {
      BitSet names = new BitSet();
      for (int i = 0; i < NAMES.size(); i++) {
        names.set(i, filter.matches(NAMES.get(i)));
      }
      matched.add(names);
    }

    for (int i = 0; i < FILTERS.size(); i++) {
      for (int k = 0; k < FILTERS.size(); k++) {
        TopicFilter one = FILTERS.get(i);
        TopicFilter other = FILTERS.get(k);
        assertEquals(
            matched.get(i).intersects(matched.get(k)),
            one.overlaps(other),
            () -> one + " and " + other);
      }
    }
  }

  @Test
  void sharedSubscriptionIsTakenApart() {
    TopicFilter filter = TopicFilter.parse("$share/group/sport/+/#");

    assertEquals("group", filter.shareName());
    assertEquals("sport/+/#", filter.filter());
    assertEquals("$share/group/sport/+/#", filter.text());
    assertEquals(List.of("sport", "+", "#"), filter.levels());
    assertTrue(filter.isWildcard());
    assertTrue(filter.matches("sport/tennis"));
    assertFalse(filter.matches("$share/group/sport/tennis"));
  }

  @Test
  void emptyLevelsCount() {
    assertEquals(List.of("", ""), TopicFilter.parse("/").levels());
    assertEquals(List.of("a", "", "b"), TopicFilter.parse("a//b").levels());
    assertEquals(List.of("", "a", ""), TopicFilter.parse("$share/g//a/").levels());
    assertNull(TopicFilter.parse("$shared/g/a").shareName());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "#/a",
        "a/#/b",
        "a#",
        "a/b#",
        "##",
        "a+",
        "+a",
        "a/+b/c",
        "a/++/c",
        "+#",
        "$share/",
        "$share/g",
        "$share/g/",
        "$share//a",
        "$share/+/a",
        "$share/g+/a",
        "$share/#/a",
        "$share/g/a/#/b",
        "a\u0000b",
        "a\uD800",
        "\uDC00a"
      })
  void malformedFiltersAreRefused(String text) {
    ProtocolException refused =
        assertThrows(ProtocolException.class, () -> TopicFilter.parse(text));

    assertEquals(ReasonCode.MALFORMED_PACKET, refused.reasonCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "#", "+", "a/+", "a/#", "a+b", "a#", "a\u0000", "\uD800"})
  void malformedNamesAreRefused(String name) {
    ProtocolException refused = assertThrows(ProtocolException.class, () -> TopicName.check(name));

    assertEquals(ReasonCode.MALFORMED_PACKET, refused.reasonCode());
  }

  @Test
  void namesAndFiltersHaveAtMost65535BytesOfUtf8() {
    String longest = "é".repeat(32_767) + "a";

    TopicName.check(longest);
    TopicFilter.parse(longest);
    assertThrows(ProtocolException.class, () -> TopicName.check(longest + "a"));
    assertThrows(ProtocolException.class, () -> TopicFilter.parse(longest + "a"));
  }

  /** All texts of up to {@code depth} levels, but the empty one. */
  private static List<String> texts(int depth, String... levels) {
    List<String> all = new ArrayList<>();
    List<String> last = List.of(levels);
    for (int i = 1; i <= depth; i++) {
      all.addAll(last);
      List<String> next = new ArrayList<>();
      for (String text : last) {
        for (String level : levels) {
          next.add(text + "/" + level);
        }
      }
      last = next;
    }
    all.remove("");
    return all;
  }

  private static Pattern pattern(String filter) {
    String regex = filter.replace("$", "\\$").replace("+", "[^/]*");
    if (regex.equals("#")) {
      regex = ".*";
    } else if (regex.endsWith("/#")) {
      regex = regex.substring(0, regex.length() - 2) + "(/.*)?";
    }
    return Pattern.compile(regex);
  }
}

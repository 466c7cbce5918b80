package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnknownKeysTest {
  private static final Config REFERENCE =
      ConfigFactory.parseString(
          """
          broker {
            limits { max-inflight = 20, max-packet-size = 16MiB, session-expiry-maximum = none }
            listeners.tcp { host = localhost, port = 1883 }
            gateways = [a]
          }
          log { levels {}, level = info }
          """);

  @Test
  void aTypingMistakeIsAnsweredWithTheKeyThatWasMeant() {
    assertEquals(
        List.of(
            "broker.limits.max-infligth (expected: a known key, such as broker.limits.max-inflight)"),
        unknown("broker.limits.max-infligth = 5"));
  }

  @Test
  void aKeyInTheWrongPlaceIsFound() {
    assertEquals(
        List.of(
            "broker.max-packet-size (expected: a known key, such as"
                + " broker.limits.max-packet-size)"),
        unknown("broker.max-packet-size = 1MiB"));
  }

  @Test
  void aWordLikeNoOtherGetsNoSuggestion() {
    assertEquals(
        List.of("broker.zebra (expected: a known key)"), unknown("broker.zebra = striped"));
  }

  @Test
  void otherRolesAndOpenNamesAreLeftAlone() {
    assertEquals(
        List.of(),
        unknown("gateway.anything.at.all = 1, log.levels.io.netty = debug, broker.gateways.0 = x"));
  }

  @Test
  void aValueWhereKeysBelongIsAMistake() {
    assertEquals(
        List.of("broker.limits: 5 (expected: keys in braces)"), unknown("broker.limits = 5"));
  }

  private static List<String> unknown(String text) {
    Config config = ConfigFactory.parseString(text).withFallback(REFERENCE);
    return UnknownKeys.in(config, REFERENCE, Set.of("broker", "log")).stream()
        .map(Mistake::toString)
        .toList();
  }
}

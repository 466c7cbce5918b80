package io.spillway.process.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.spillway.process.log.Logging.Format;
import io.spillway.process.log.Logging.Timestamp;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class LineFormatTest {
  private static final long TIME = 1_663_085_440_250L;

  @Test
  void aLineLooksLikeMosquittos() {
    String line = text(Timestamp.EPOCH, Level.INFO, "Client a disconnected.", null);

    assertEquals("1663085440: Client a disconnected.\n", line);
  }

  @Test
  void whatIsWrongSaysSo() {
    assertEquals("1663085440: Warning: w\n", text(Timestamp.EPOCH, Level.WARN, "w", null));
    assertEquals("1663085440: Error: e\n", text(Timestamp.EPOCH, Level.ERROR, "e", null));
  }

  @Test
  void tracesNameTheirOriginAndDebugLinesStandAsTheyAre() {
    assertEquals(
        "1663085440: [link.Link] frame\n", text(Timestamp.EPOCH, Level.TRACE, "frame", null));
    assertEquals(
        "1663085440: Denied PUBLISH\n", text(Timestamp.EPOCH, Level.DEBUG, "Denied PUBLISH", null));
  }

  @Test
  void theTimestampCanBeIsoOrLeftOut() {
    assertEquals("started\n", text(Timestamp.NONE, Level.INFO, "started", null));
    String iso = text(Timestamp.ISO, Level.INFO, "started", null);
    assertTrue(iso.matches("2022-09-1\\dT\\d\\d:\\d\\d:40\\.25(0)?\\S+: started\n"), iso);
  }

  @Test
  void aClientCannotForgeALine() {
    String hostile = "a\n1663085441: Client b disconnected.\r\u001b[2J\u202e\u2028\u0085\0\ud800";

    String line = text(Timestamp.NONE, Level.INFO, hostile, null);

    assertEquals(
        "a\\u000a1663085441: Client b disconnected.\\u000d\\u001b[2J\\u202e\\u2028\\u0085\\u0000"
            + "\\ud800\n",
        line);
  }

  @Test
  void otherScriptsAreReadable() {
    assertEquals(
        "Wetter/Köln/温度 😀\n", text(Timestamp.NONE, Level.INFO, "Wetter/Köln/温度 😀", null));
  }

  @Test
  void aLongMessageIsCut() {
    String line = text(Timestamp.NONE, Level.INFO, "x".repeat(70_000), null);

    assertTrue(line.length() < 5_000);
    assertTrue(line.endsWith("... (65904 more characters)\n"));
  }

  @Test
  void anExceptionShowsItsCausesAndItsOrigin() {
    Exception failure = new IllegalStateException("outer", new RuntimeException("in\nner"));

    List<String> lines = text(Timestamp.EPOCH, Level.ERROR, "It failed.", failure).lines().toList();

    assertEquals("1663085440: Error: It failed.", lines.get(0));
    assertEquals("    java.lang.IllegalStateException: outer", lines.get(1));
    assertTrue(lines.get(2).startsWith("        at io.spillway.process.log.LineFormatTest."));
    assertTrue(lines.contains("    caused by java.lang.RuntimeException: in\\u000aner"));
    assertFalse(lines.contains(""));
  }

  @Test
  void anExceptionThatIsItsOwnDistantCauseEnds() {
    Exception one = new Exception("one");
    Exception two = new Exception("two", one);
    one.initCause(two);

    assertTrue(text(Timestamp.NONE, Level.ERROR, "m", one).length() < 60_000);
  }

  @Test
  void jsonIsOneObjectPerLine() {
    LineFormat format = new LineFormat(Timestamp.EPOCH, Format.JSON);
    Exception failure = new RuntimeException("\"quoted\"");

    byte[] bytes = format.line(TIME, Level.WARN, "io.spillway.link.Link", "a\\\"\nb", failure);

    String line = new String(bytes, StandardCharsets.UTF_8);
    assertEquals(line.length() - 1, line.indexOf('\n'));
    Config object = ConfigFactory.parseString(line);
    assertEquals("1663085440.250", object.getString("time"));
    assertEquals("warn", object.getString("level"));
    assertEquals("io.spillway.link.Link", object.getString("logger"));
    assertEquals("a\\\"\nb", object.getString("message"));
    assertTrue(object.getString("exception").contains("RuntimeException: \"quoted\"\n"));
  }

  private static String text(Timestamp timestamp, Level level, String message, Throwable failure) {
    LineFormat format = new LineFormat(timestamp, Format.TEXT);
    byte[] line = format.line(TIME, level, "io.spillway.link.Link", message, failure);
    return new String(line, StandardCharsets.UTF_8);
  }
}

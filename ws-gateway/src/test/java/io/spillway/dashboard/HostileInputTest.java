package io.spillway.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.PageElement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Topics and payloads of strangers: they are shown, and do nothing. */
@Tag("browser")
final class HostileInputTest extends InBrowser {
  private static final String SCRIPT =
      "<img src=x onerror=\"window.hit=1\"><script>window.hit=1</script>";

  private static Site site;

  private Device device;

  @BeforeAll
  static void start() {
    site = Site.with("broker.limits.max-topic-levels = 20000");
  }

  @AfterAll
  static void stop() {
    if (site != null) {
      site.close();
    }
  }

  @BeforeEach
  void open() {
    device = Device.connect(site.tcpPort());
    page.navigate(site.page());
    awaitState("Connected"::equals, "Connected");
  }

  @AfterEach
  void disconnect() {
    if (device != null) {
      device.close();
    }
  }

  @Test
  void markupInTopicAndPayloadStaysText() {
    String level = SCRIPT.replace("/", "|");
    device.publish(
        "hostile/" + level,
        "{\"" + level.replace("\"", "'") + "\": \"" + level.replace("\"", "'") + "\"}");

    page.find("treeitem", level).click();

    assertEquals("hostile/" + level, page.find("heading", "hostile/" + level).content());
    assertTrue(page.find("region", "Value").content().contains("<img src=x"));
    page.find("tab", "Messages").click();
    page.find("searchbox", "Filter messages").fill("hostile/");
    page.find("table", "Messages")
        .awaitText(text -> text.contains("<img src=x"), "the markup as text");
    assertEquals("undefined", page.evaluate("window.hit").getAsString());
    assertEquals(0, page.evaluate("document.querySelectorAll('main img').length").getAsInt());
  }

  @Test
  void signsThatTurnTextAroundArePointedOut() {
    String level = "invoice\u202egpj.exe";
    device.publish("hostile/" + level, "x");

    page.find("treeitem", level).click();

    page.find("region", "Topic details")
        .awaitText(text -> text.contains("U+202E"), "the sign by its number");
  }

  @Test
  void topicOfTheGreatestLengthIsShownWhole() {
    String level = "x".repeat(65_000);
    device.publish("long/" + level, "1");

    page.find("treeitem", level).click();

    assertEquals(65_005, page.find("heading", "long/" + level).content().length());
    page.find("region", "Value").awaitText("1"::equals, "1");
  }

  @Test
  void topicOfTenThousandLevelsIsTakenIn() {
    device.publish("deep/" + "l/".repeat(10_000) + "end", "1");
    device.publish("after", "2");

    page.find("treeitem", "after");
    page.find("searchbox", "Filter topics").fill("end");
    page.find("treeitem", "deep");
  }

  @Test
  void levelsThatAreEmptyOrNamedAsObjectsAreOrdinary() {
    device.publish("odd//__proto__/constructor", "1");
    page.find("searchbox", "Filter topics").fill("odd/");

    page.find("treeitem", "constructor").click();

    assertEquals(List.of("odd", "(empty)", "__proto__", "constructor"), page.names("treeitem"));
    page.find("heading", "odd//__proto__/constructor");
  }

  @Test
  void fieldsNamedAsObjectsAreOrdinary() {
    device.publish("odd/json", "{\"__proto__\":{\"polluted\":1},\"constructor\":2}");
    select("odd/json", "json");
    device.publish("odd/json", "{\"__proto__\":{\"polluted\":5},\"constructor\":3}");

    page.find("table", "Message history")
        .awaitText(
            text ->
                text.contains("changed __proto__.polluted: 1 to 5; changed constructor: 2 to 3"),
            "what changed");
    page.find(
        "img", Pattern.compile("^Plot of __proto__.polluted, 2 points, minimum 1, maximum 5"));
    assertEquals("undefined", page.evaluate("({}).polluted").getAsString());
  }

  @Test
  void fieldsWithoutNamesMayBeNestedToAnyDepth() {
    device.publish("odd/nested", "{\"\":".repeat(10_000) + "1" + "}".repeat(10_000));
    device.publish("odd/nested", "{\"\":".repeat(10_000) + "2" + "}".repeat(10_000));
    select("odd/nested", "nested");
    page.find("region", "Topic details")
        .awaitText(text -> text.contains("2 messages"), "two messages");

    device.publish("odd/after", "still at work");
    select("odd/after", "after");

    page.find("region", "Value").awaitText("still at work"::equals, "still at work");
  }

  @Test
  void bytesThatAreNoTextAreShownAsHex() {
    device.publish(
        "binary/value", new byte[] {(byte) 0xff, (byte) 0xfe, 0x00, (byte) 0xc3}, 0, false);
    select("binary/value", "value");

    PageElement value = page.find("region", "Value");

    value.awaitText(text -> text.startsWith("000000  ff fe 00 c3"), "hex");
    page.find("combobox", "Payload format").choose("JSON");
    page.find("region", "Topic details")
        .awaitText(text -> text.contains("This is not JSON"), "the reason");
  }

  @Test
  void tenMegabytesAreShownInPartAndThePageStaysQuick() {
    byte[] payload = new byte[10 * 1024 * 1024];
    Arrays.fill(payload, (byte) 'a');
    device.publish("large/value", payload, 1, false);
    device.publish("large/small", "1");
    select("large/value", "value");

    page.find("region", "Topic details")
        .awaitText(
            text ->
                text.contains("Showing the first 64.0 KiB of 10.0 MiB")
                    || text.contains("Showing the first 64 KiB of 10.0 MiB"),
            "how much is shown");

    assertEquals(64 * 1024, page.find("region", "Value").content().length());
    long began = System.nanoTime();
    page.find("tab", "Broker").click();
    page.find("tab", "Broker").awaitAttribute("aria-selected", "true");
    assertTrue(System.nanoTime() - began < Duration.ofSeconds(2).toNanos());
  }

  @Test
  void jsonNestedBeyondReasonIsShown() {
    device.publish("nested/value", "[".repeat(50_000) + "]".repeat(50_000));
    select("nested/value", "value");
    page.find("region", "Value").awaitText(text -> text.startsWith("[[[["), "as it came");

    device.publish("nested/value", "{\"a\":".repeat(3_000) + "1" + "}".repeat(3_000));
    device.publish("nested/value", "{\"a\":".repeat(3_000) + "2" + "}".repeat(3_000));

    page.find("table", "Message history").awaitText(text -> text.lines().count() > 3, "all three");
  }

  @Test
  void exportedTableHoldsNoFormula() {
    String[] words = {"=1+1", "@SUM(1)", "-5", "a,b\"c"};
    for (String word : words) {
      device.publish("csv/value", word.getBytes(StandardCharsets.UTF_8), 1, false);
    }
    select("csv/value", "value");
    page.evaluate(
        "window.saved = []; URL.createObjectURL = (blob) => { blob.text().then((text) => window.saved.push(text)); return '#'; }");

    page.find("button", "Export history as CSV").click();

    String csv = page.await("window.saved[0]");
    assertTrue(
        csv.contains("\"'=1+1\"")
            && csv.contains("\"'@SUM(1)\"")
            && csv.contains(",-5")
            && csv.contains("\"a,b\"\"c\""),
        csv);
  }
}

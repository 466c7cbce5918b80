package io.spillway.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page without a mouse, without sharp eyes, and without eyes. */
@Tag("browser")
final class AccessibilityTest extends InBrowser {
  private static final List<String> VIEWS = List.of("Messages", "Broker", "Settings", "Topics");

  private static Site site;

  @BeforeAll
  static void start() {
    site = Site.with();
  }

  @AfterAll
  static void stop() {
    if (site != null) {
      site.close();
    }
  }

  @BeforeEach
  void open() {
    try (Device device = Device.connect(site.tcpPort())) {
      page.navigate(site.page());
      awaitState("Connected"::equals, "Connected");
      device.retain("keys/only", "{\"a\": 1, \"b\": \"x\", \"c\": true}");
      device.retain("keys/only", "{\"a\": 2, \"b\": \"x\", \"c\": true}");
    }
    select("keys/only", "only");
  }

  @Test
  void whateverTakesTheFocusHasAName() {
    page.find("button", "MQTT 5 properties").click();
    page.find("button", "Connection settings").click();
    assertEquals(List.of(), page.unnamedControls());
    page.find("button", "Close").click();
    for (String view : VIEWS) {
      page.find("tab", view).click();
      page.find("tab", view).awaitAttribute("aria-selected", "true");

      assertEquals(List.of(), page.unnamedControls(), view);
    }
  }

  @Test
  void textStandsOutFromWhatIsBehindItInLightAndDark() throws IOException {
    String measure = resource("contrast.js");
    page.find("button", "MQTT 5 properties").click();
    for (boolean dark : new boolean[] {false, true}) {
      page.dark(dark);
      page.find("button", "Connection settings").click();
      page.find("dialog", "Connection");
      for (String view : VIEWS) {
        page.find("tab", view).click();
        page.find("tab", view).awaitAttribute("aria-selected", "true");

        assertEquals("", page.evaluate(measure).getAsString(), view + (dark ? ", dark" : ""));
      }
      page.find("button", "Close").click();
    }
  }

  @Test
  void keysAloneAreEnoughToFindATopicAndToPublish() {
    page.find("tree", "Topics").focus();
    page.press("/");
    page.type("keys/");
    page.press("ArrowDown");
    page.press("Home");
    page.find("heading", "keys");
    page.press("ArrowDown");
    page.find("heading", "keys/only");

    tabTo("Payload");
    page.type("by hand");
    tabTo("Publish");
    page.press("Enter");

    page.find("region", "Value").awaitText("by hand"::equals, "what was published");
    tabTo("Connection settings");
    page.press("Enter");
    page.find("dialog", "Connection");
    page.press("Escape");
    page.awaitGone("dialog", "Connection");
    assertEquals("Connection settings", focused());
  }

  @Test
  void motionIsLeftOutForThoseWhoAskForNone() {
    page.reduceMotion();

    assertEquals(
        "0",
        page.evaluate("String(document.getAnimations().length)").getAsString(),
        "animations that run");
  }

  /**
   * Goes on by Tab until the control of that name has the focus; wherever it stops, that is seen.
   */
  private void tabTo(String name) {
    for (int stops = 0; stops < 100; stops++) {
      page.press("Tab");
      assertTrue(
          page.evaluate(
                  "document.activeElement === document.body || document.activeElement.matches(':focus-visible') && getComputedStyle(document.activeElement).outlineStyle !== 'none'")
              .getAsBoolean(),
          "the focus is not seen on " + focused());
      if (focused().equals(name)) {
        return;
      }
    }
    throw new AssertionError("Tab never came to " + name);
  }

  private String focused() {
    return page.evaluate(
            "document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText.trim()")
        .getAsString();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = AccessibilityTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

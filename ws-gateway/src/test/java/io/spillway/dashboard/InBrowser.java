package io.spillway.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.spillway.testing.BrowserPage;
import io.spillway.testing.Chromium;
import io.spillway.testing.PageElement;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/**
 * One browser for a class, one fresh page for each of its tests, and no complaint from any page.
 */
@Tag("browser")
abstract class InBrowser {
  private static Chromium chromium;

  BrowserPage page;

  @BeforeAll
  static void startChromium() {
    chromium = Chromium.start();
  }

  @AfterAll
  static void stopChromium() {
    if (chromium != null) {
      chromium.close();
      chromium = null;
    }
  }

  @BeforeEach
  void openPage() {
    page = chromium.open();
  }

  @AfterEach
  void nothingWentWrongInThePage() {
    List<String> complaints = page.complaints();
    page.close();
    assertEquals(List.of(), complaints.stream().filter(words -> !isExpected(words)).toList());
  }

  /** What a test provokes on purpose. */
  boolean isExpected(String complaint) {
    return false;
  }

  static Chromium chromium() {
    return chromium;
  }

  String awaitState(Predicate<String> wanted, String described) {
    return page.find("status", "Connection").awaitText(wanted, described, Duration.ofSeconds(20));
  }

  /** Filters down to one topic and answers its row. */
  PageElement topic(String path, String name) {
    page.find("searchbox", "Filter topics").fill(path);
    page.find("tree", "Topics").awaitAttribute("aria-busy", "false"); // Rows move no more.
    return page.find("treeitem", name);
  }

  void select(String path, String name) {
    topic(path, name).click();
    page.find("region", "Topic details");
    page.find("heading", path);
    page.find("searchbox", "Filter topics").fill("");
  }
}

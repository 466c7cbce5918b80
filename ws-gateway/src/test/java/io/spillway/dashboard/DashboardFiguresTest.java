package io.spillway.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How quick the page is, and how small. Prints what it measures; fails where a busy machine is no
 * excuse any more.
 */
@Tag("browser")
@Tag("long")
final class DashboardFiguresTest extends InBrowser {
  private static final int SECONDS = 10;

  /** What a file needs at once, and what it may ask for later as well. */
  private static final Pattern STATIC =
      Pattern.compile(
          "(?:(?:src|link rel=.*href)=\"|from '|new Worker\\(new URL\\(')([^'\"#]+\\.(?:js|css|svg))");

  private static final Pattern ALL =
      Pattern.compile(
          "(?:(?:src|link rel=.*href)=\"|from '|new URL\\('|import\\(')([^'\"#]+\\.(?:js|css|svg))");

  private Site site;

  @BeforeEach
  void open() {
    site = Site.with();
  }

  @AfterEach
  void close() {
    site.close();
  }

  @Test
  void pagePaintsAndConnectsAtOnce() {
    page.navigate(site.page());
    awaitState("Connected"::equals, "Connected");
    double connected = number("performance.now()");
    double paint = number("performance.getEntriesByName('first-contentful-paint')[0].startTime");

    report("first contentful paint, cold", paint, "ms");
    report("connected, from the start of loading", connected, "ms");
    assertTrue(paint < 1_500, "painted after " + paint + " ms");
    assertTrue(connected < 5_000, "connected after " + connected + " ms");
  }

  @Test
  void pageWeighsLittle() throws Exception {
    Set<URI> first = new HashSet<>();
    int before = follow(URI.create(site.page()), first, STATIC);
    int all = follow(URI.create(site.page()), new HashSet<>(), ALL);

    report("transferred before the first plot, gzip", before / 1_000.0, "kB");
    report("transferred in all, gzip", all / 1_000.0, "kB");
    assertTrue(first.size() > 25, "only " + first.size() + " files were found");
    assertTrue(all - before > 25_000, "uPlot was not found");
    assertTrue(before <= 60_000, before + " bytes before the first plot");
    assertTrue(all <= 90_000, all + " bytes in all");
  }

  /** Bytes of a file and of all that it leads to, as they are transferred. */
  private static int follow(URI address, Set<URI> seen, Pattern links) throws Exception {
    if (!seen.add(address)) {
      return 0;
    }
    byte[] body = fetch(address);
    int bytes = body.length;
    Matcher link = links.matcher(text(body));
    while (link.find() && !address.getPath().contains("/uplot/")) {
      bytes += follow(address.resolve(link.group(1)), seen, links);
    }
    return bytes;
  }

  @Test
  void publishedValueIsVisibleAtOnce() {
    page.navigate(site.page());
    awaitState("Connected"::equals, "Connected");
    try (Device device = Device.connect(site.tcpPort())) {
      double worst = 0;
      for (int i = 0; i < 10; i++) {
        String level = "visible" + i;
        page.evaluate(
            "window.seen = 0; window.watch = new MutationObserver(() => { if (!window.seen && [...document.querySelectorAll('[role=treeitem] .level')].some((l) => l.textContent === '"
                + level
                + "')) window.seen = Date.now(); }); window.watch.observe(document.getElementById('tree'), {childList: true, subtree: true, characterData: true}); 0");
        long published = System.currentTimeMillis();
        device.publish(level, "1");
        page.find("treeitem", level);
        worst = Math.max(worst, number("window.seen") - published);
        page.evaluate("window.watch.disconnect()");
      }

      report("TCP publish to visible row, worst of 10", worst, "ms");
      assertTrue(worst < 1_500, worst + " ms");
    }
  }

  @Test
  void manyTopicsAreFilteredQuicklyInLittleMemory() {
    page.navigate(site.page());
    awaitState("Connected"::equals, "Connected");
    try (Flood flood = Flood.connect(site.tcpPort())) {
      flood.publish(10_000, 5_000, 10_000);
      awaitTopics(10_000);
      double filtered = filter("load/g42/t77");
      report("10,000 topics: filter", filtered, "ms");
      report("10,000 topics: page elements", number("document.querySelectorAll('*').length"), "");
      assertTrue(filtered < 2_000, filtered + " ms");
      assertTrue(number("document.querySelectorAll('*').length") < 4_000);

      flood.publish(100_000, 8_000, 100_000);
      awaitTopics(100_000);
      filtered = filter("load/g42/t777");
      report("100,000 topics: filter", filtered, "ms");
      report(
          "100,000 topics: private memory of the renderers",
          chromium().rendererMemory() / 1048576.0,
          "MiB");
      assertTrue(filtered < 3_000, filtered + " ms");
      assertTrue(chromium().rendererMemory() < 400L * 1024 * 1024);
    }
  }

  @Test
  void fastMessagesAreAllShownAndThePageStaysQuick() {
    page.navigate(site.page());
    awaitState("Connected"::equals, "Connected");
    try (Flood flood = Flood.connect(site.tcpPort())) {
      for (int rate : new int[] {2_000, 5_000, 10_000}) {
        long before = received();
        page.evaluate(
            "window.frames_ = []; window.last_ = performance.now(); window.on_ = true; (function next() { const now = performance.now(); frames_.push(now - last_); last_ = now; if (on_) requestAnimationFrame(next); })(); 0");
        flood.publish(rate * SECONDS, rate, 1_000);
        double clicked =
            number(
                "new Promise((done) => { const began = performance.now(); document.querySelector('[role=treeitem]').click(); requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began))); })");
        awaitReceived(before + (long) rate * SECONDS);
        double worst = number("(on_ = false, Math.max(...frames_))");
        double slow = number("frames_.filter((frame) => frame > 100).length");

        report(rate + " msg/s: longest frame", worst, "ms");
        report(rate + " msg/s: frames over 100 ms", slow, "of " + (long) number("frames_.length"));
        report(rate + " msg/s: click answered", clicked, "ms");
        assertEquals(0, dropped());
        assertTrue(clicked < 2_000, "a click took " + clicked + " ms at " + rate + "/s");
      }
      report(
          "170,000 messages on 1,000 topics: private memory of the renderers",
          chromium().rendererMemory() / 1048576.0,
          "MiB");
      assertTrue(chromium().rendererMemory() < 400L * 1024 * 1024);
    }
  }

  private double filter(String words) {
    String expression =
        "new Promise((done) => { const box = document.querySelector('[type=search]'); box.value = '"
            + words
            + "'; const began = performance.now(); box.dispatchEvent(new Event('input', {bubbles: true})); (function check() { const levels = [...document.querySelectorAll('[role=treeitem]:not([hidden]) .level')].map((l) => l.textContent); if (levels.includes('"
            + words.substring(words.lastIndexOf('/') + 1)
            + "')) done(performance.now() - began); else requestAnimationFrame(check); })(); })";
    double filtered = number(expression);
    page.find("searchbox", "Filter topics").fill("");
    return filtered;
  }

  private void awaitTopics(int count) {
    page.await(
        "Number(document.getElementById('figure-topics').textContent.replaceAll(',', '')) >= "
            + count
            + " ? 'yes' : undefined");
  }

  private void awaitReceived(long count) {
    page.await(
        "Number(document.getElementById('figure-received').textContent.replaceAll(',', '')) >= "
            + count
            + " ? 'yes' : undefined");
  }

  private long received() {
    return (long)
        number(
            "Number(document.getElementById('figure-received').textContent.replaceAll(',', ''))");
  }

  private long dropped() {
    return (long)
        number("Number(document.getElementById('figure-dropped').textContent.replaceAll(',', ''))");
  }

  private double number(String expression) {
    return page.evaluate(expression).getAsDouble();
  }

  private static byte[] fetch(URI address) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(address).header("Accept-Encoding", "gzip").build(),
                HttpResponse.BodyHandlers.ofByteArray());
    assertEquals(200, response.statusCode(), address.toString());
    return response.body();
  }

  private static String text(byte[] body) throws IOException {
    if (body.length < 2 || body[0] != 0x1f) {
      return new String(body, StandardCharsets.UTF_8);
    }
    return new String(
        new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void report(String figure, double value, String unit) {
    System.out.printf(Locale.ROOT, "dashboard: %s: %.1f %s%n", figure, value, unit);
  }
}

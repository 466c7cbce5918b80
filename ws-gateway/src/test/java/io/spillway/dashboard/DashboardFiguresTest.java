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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * How quick the page is, and how small. Prints what it measures. Sizes are held to their goals
 * always; times, and that no message is too fast, with {@code -Dspillway.figures=quiet} only, as a
 * busy machine would decide them. Without it, messages come as fast as the page takes them. The
 * page is read by its document here and not by its accessibility tree, which would cost the browser
 * more memory than the page does.
 */
@Tag("browser")
@Tag("long")
final class DashboardFiguresTest extends InBrowser {
  private static final boolean QUIET = "quiet".equals(System.getProperty("spillway.figures"));
  private static final int SECONDS = 10;

  /** So many fit into what the gateway keeps for a slow browser: none can be dropped. */
  private static final int AT_ONCE = 5_000;

  private static final double MIB = 1024 * 1024;

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
    connect();
    double connected = number("performance.now()");
    double paint = number("performance.getEntriesByName('first-contentful-paint')[0].startTime");

    time("first contentful paint, cold", paint, 800);
    time("connected, from the start of loading", connected, 1_000);
  }

  @Test
  void pageWeighsLittle() throws Exception {
    Set<URI> first = new HashSet<>();
    int before = follow(URI.create(site.page()), first, STATIC);
    int all = follow(URI.create(site.page()), new HashSet<>(), ALL);

    assertTrue(first.size() > 25, "only " + first.size() + " files were found");
    assertTrue(all - before > 25_000, "uPlot was not found");
    size("bytes before the first plot, gzip, with the heads", before, 60_000);
    size("bytes in all, gzip, with the heads", all, 90_000);
  }

  /** Bytes of a file and of all that it leads to, as they are transferred, heads included. */
  private static int follow(URI address, Set<URI> seen, Pattern links) throws Exception {
    if (!seen.add(address)) {
      return 0;
    }
    HttpResponse<byte[]> answer = fetch(address);
    int bytes = head(answer) + answer.body().length;
    Matcher link = links.matcher(text(answer.body()));
    while (link.find() && !address.getPath().contains("/uplot/")) {
      bytes += follow(address.resolve(link.group(1)), seen, links);
    }
    return bytes;
  }

  @Test
  void publishedValueIsVisibleAtOnce() {
    connect();
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

      time("TCP publish to visible row, worst of 10", worst, 300);
    }
  }

  @Test
  void manyTopicsAreFilteredQuicklyInLittleMemory() {
    connect();
    try (Flood flood = Flood.connect(site.tcpPort())) {
      publish(flood, 10_000, 5_000, 10_000);
      awaitTopics(10_000);
      time("10,000 topics: filter", filter("load/g42/t77"), 200);
      size("10,000 topics: page elements", number("document.querySelectorAll('*').length"), 4_000);

      publish(flood, 100_000, 8_000, 100_000);
      awaitTopics(100_000);
      time("100,000 topics: filter", filter("load/g42/t777"), 500);
      size("100,000 topics: MiB of the renderers", chromium().rendererMemory() / MIB, 300);
    }
  }

  @Test
  void fastMessagesAreAllShownAndThePageStaysQuick() {
    connect();
    try (Flood flood = Flood.connect(site.tcpPort())) {
      for (int rate : new int[] {2_000, 5_000, 10_000}) {
        long before = received();
        page.evaluate(
            "window.frames_ = []; window.last_ = performance.now(); window.on_ = true; (function next() { const now = performance.now(); frames_.push(now - last_); last_ = now; if (on_) requestAnimationFrame(next); })(); 0");
        publish(flood, rate * SECONDS, rate, 1_000);
        double clicked =
            number(
                "new Promise((done) => { const began = performance.now(); document.querySelector('[role=treeitem]').click(); requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began))); })");
        awaitReceived(before + (long) rate * SECONDS);
        double worst = number("(on_ = false, Math.max(...frames_))");
        double slow = number("frames_.filter((frame) => frame > 100).length");

        time(rate + " msg/s: longest frame", worst, 100);
        double all = number("frames_.length");
        time(rate + " msg/s: frames over 100 ms, of 100", 100 * slow / all, 0);
        time(rate + " msg/s: click answered", clicked, 300);
        assertEquals(0, dropped());
      }
      size("170,000 messages: MiB of the renderers", chromium().rendererMemory() / MIB, 250);
    }
  }

  /** At a multiple of the rate: what the page keeps depends on how many came, not on how fast. */
  @Test
  @EnabledIfSystemProperty(
      named = "spillway.soak",
      matches = "true",
      disabledReason = "takes three minutes")
  void anHourOf500MessagesPerSecondLeavesTheMemoryAsItWasAfterTenMinutes() {
    connect();
    page.evaluate("document.getElementById('demo').click(); 0");
    try (Flood flood = Flood.connect(site.tcpPort())) {
      flood.publish(10 * 60 * 500, 10_000, 1_000);
      double early = memoryInUse();
      flood.publish(50 * 60 * 500, 10_000, 1_000);
      double late = memoryInUse();

      size("MiB after what ten minutes bring", early, 250);
      size("MiB after what an hour brings", late, early * 1.1);
    }
  }

  private double memoryInUse() {
    page.collectGarbage();
    return chromium().rendererMemory() / MIB;
  }

  private void connect() {
    page.navigate(site.page());
    page.await("document.body?.dataset.state === 'connected' || undefined");
  }

  /** A time in ms, or a share of times. */
  private static void time(String figure, double value, double goal) {
    if (QUIET) {
      size(figure, value, goal);
    } else {
      System.out.printf(Locale.ROOT, "dashboard: %s: %.1f (goal: %.0f)%n", figure, value, goal);
    }
  }

  private static void size(String figure, double value, double bound) {
    System.out.printf(Locale.ROOT, "dashboard: %s: %.1f (at most %.0f)%n", figure, value, bound);
    assertTrue(value <= bound, figure + ": " + value + ", expected at most " + bound);
  }

  private double filter(String words) {
    String expression =
        "new Promise((done) => { const box = document.querySelector('[type=search]'); box.value = '"
            + words
            + "'; const began = performance.now(); box.dispatchEvent(new Event('input', {bubbles: true})); (function check() { const levels = [...document.querySelectorAll('[role=treeitem]:not([hidden]) .level')].map((l) => l.textContent); if (levels.includes('"
            + words.substring(words.lastIndexOf('/') + 1)
            + "')) done(performance.now() - began); else requestAnimationFrame(check); })(); })";
    double filtered = number(expression);
    page.evaluate(
        "(box => { box.value = ''; box.dispatchEvent(new Event('input', {bubbles: true})); })(document.querySelector('[type=search]')); 0");
    return filtered;
  }

  /** At this rate, or as fast as the page takes them. */
  private void publish(Flood flood, int count, int perSecond, int topics) {
    if (QUIET) {
      flood.publish(count, perSecond, topics);
      return;
    }
    long before = received();
    for (int sent = 0; sent < count; sent += AT_ONCE) {
      flood.publish(sent, AT_ONCE, Integer.MAX_VALUE, topics);
      awaitReceived(before + sent + AT_ONCE);
    }
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

  /** Bytes of the status line, the header fields and the empty line after them. */
  private static int head(HttpResponse<?> answer) {
    int bytes = "HTTP/1.1 200 OK\r\n\r\n".length();
    for (Map.Entry<String, List<String>> field : answer.headers().map().entrySet()) {
      for (String value : field.getValue()) {
        bytes += field.getKey().length() + ": ".length() + value.length() + "\r\n".length();
      }
    }
    return bytes;
  }

  private static HttpResponse<byte[]> fetch(URI address) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(address).header("Accept-Encoding", "gzip").build(),
                HttpResponse.BodyHandlers.ofByteArray());
    assertEquals(200, response.statusCode(), address.toString());
    return response;
  }

  private static String text(byte[] body) throws IOException {
    if (body.length < 2 || body[0] != 0x1f) {
      return new String(body, StandardCharsets.UTF_8);
    }
    return new String(
        new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes(), StandardCharsets.UTF_8);
  }
}

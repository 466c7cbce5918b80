package io.spillway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A page in a real Chromium that receives over its own WebSocket, and counts the pictures that came
 * late. The page is {@link PageServer}'s.
 *
 * @param rate messages per second
 */
record Page(String name, String description, int rate) implements Scenario {
  private static final int PAYLOAD_BYTES = 64;
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration QUIET = Duration.ofSeconds(3);
  private static final List<String> BROWSERS =
      List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome");

  @Override
  public Result run(Target target, Duration time) throws Exception {
    try (PageServer server = new PageServer(target);
        Load load = new Load(1);
        Browser browser = Browser.open(server.url())) {
      server.awaitSubscribed(START, browser.process());
      Flow flow = new Flow(PageServer.TOPIC_NAME, 1, Integer.MAX_VALUE);
      String id = load.fresh("page-p");
      BenchClient sender =
          load.open(
                  List.of(
                      new BenchClient.Plan(target, false, id, true, null, 0, null, load.meter())))
              .get(0);
      Publisher publisher = new Publisher(sender, flow, 0, PAYLOAD_BYTES, 1_000_000_000L / rate);
      Costs costs = Costs.from(target);
      publisher.start(0);
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
      publisher.stop();
      double seconds = costs.seconds();
      long received = awaitQuiet(server, flow);
      Result result = new Result();
      result.put("published/s", flow.publishedCount() / seconds);
      costs.per(received, "delivery", result);
      result.put("lost", flow.publishedCount() - received);
      result.put("frames/s", server.pictures() / seconds);
      result.put("frames over 100 ms", server.latePictures());
      result.put("longest frame ms", server.longestMillis());
      return result;
    }
  }

  private static long awaitQuiet(PageServer server, Flow flow) throws InterruptedException {
    long last = -1;
    long changed = System.nanoTime();
    while (System.nanoTime() - changed < QUIET.toNanos() && last < flow.publishedCount()) {
      TimeUnit.MILLISECONDS.sleep(50);
      long now = server.received();
      if (now != last) {
        last = now;
        changed = System.nanoTime();
      }
    }
    return server.received();
  }

  /** A Chromium without a window, with a profile of its own. */
  private record Browser(Process process, Path profile) implements AutoCloseable {
    static Browser open(String url) throws Exception {
      String program =
          BROWSERS.stream()
              .filter(path -> Files.isExecutable(Path.of(path)))
              .findFirst()
              .orElseThrow(
                  () -> new IllegalStateException("none of " + BROWSERS + " is installed"));
      Path profile = Files.createTempDirectory("spillway-page");
      List<String> command = new ArrayList<>(List.of(program, "--headless=new", "--no-sandbox"));
      command.addAll(List.of("--disable-gpu", "--no-first-run", "--user-data-dir=" + profile, url));
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new Browser(process, profile);
    }

    @Override
    public void close() throws IOException {
      List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
      all.add(process.toHandle());
      all.forEach(ProcessHandle::destroyForcibly);
      for (ProcessHandle one : all) {
        one.onExit().join();
      }
      BenchMain.delete(profile);
    }
  }
}

package io.spillway.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Publishers of QoS 1 whose messages a session keeps that nobody is connected for: how many are
 * acknowledged, and after what time. Beside it a bare log in the same round, on the disk of the
 * temporary directory, which is the target's: as many records of as many bytes are appended as are
 * in flight, each by a write of its own, and then synced; and the same with one write for all.
 *
 * @param inFlight messages of all publishers that aren't acknowledged yet
 */
record Durable(String name, String description, int inFlight, int payloadBytes)
    implements Scenario {
  private static final int PUBLISHERS = 8;
  private static final String TOPIC = "durable/topic";

  @Override
  public Result run(Target target, Duration time) throws Exception {
    Histogram log = new Histogram();
    Duration each = time.dividedBy(4);
    double logPerSecond = bareLog(1, log, each);
    double togetherPerSecond = bareLog(inFlight, new Histogram(), each);
    try (AckedPublisher keeper = new AckedPublisher(target.tcp(), "keeper", false)) {
      keeper.subscribe(TOPIC);
    }
    Result result = new Result();
    Histogram acknowledged = new Histogram();
    Costs costs = Costs.from(target);
    publish(target, acknowledged, time);
    double perSecond = acknowledged.total() / costs.seconds();
    result.put("acknowledged/s", perSecond);
    costs.per(acknowledged.total(), "message", result);
    result.put("p50 ms", acknowledged.percentileMillis(50));
    result.put("p99 ms", acknowledged.percentileMillis(99));
    logPerSecond = (logPerSecond + bareLog(1, log, each)) / 2;
    togetherPerSecond = (togetherPerSecond + bareLog(inFlight, new Histogram(), each)) / 2;
    result.put("bare log/s", logPerSecond);
    result.put("bare log p50 ms", log.percentileMillis(50));
    result.put("bare log p99 ms", log.percentileMillis(99));
    result.put("bare log, one write/s", togetherPerSecond);
    result.put("of the bare log", perSecond / logPerSecond);
    result.put("of it with one write", perSecond / togetherPerSecond);
    return result;
  }

  private void publish(Target target, Histogram acknowledged, Duration time) throws Exception {
    int count = Math.min(PUBLISHERS, inFlight);
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try {
      List<Future<Histogram>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String clientId = "publisher-" + i;
        running.add(
            threads.submit(
                () -> {
                  try (AckedPublisher one = new AckedPublisher(target.tcp(), clientId, true)) {
                    return one.publish(TOPIC, payloadBytes, inFlight / count, time);
                  }
                }));
      }
      for (Future<Histogram> one : running) {
        acknowledged.add(one.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Returns the records per second; {@code together} of them are written at once. */
  private double bareLog(int together, Histogram latencies, Duration time) throws IOException {
    ByteBuffer records = ByteBuffer.allocateDirect((payloadBytes + TOPIC.length()) * together);
    Path path = Files.createTempFile("bare", ".log");
    long count = 0;
    long begin = System.nanoTime();
    long end = begin + time.toNanos();
    try (FileChannel log = FileChannel.open(path, StandardOpenOption.WRITE)) {
      for (long start = begin; start < end; count += inFlight) {
        for (int i = 0; i < inFlight; i += together) {
          log.write(records.clear());
        }
        log.force(false);
        long done = System.nanoTime();
        latencies.record(done - start);
        start = done;
      }
    } finally {
      Files.delete(path);
    }
    return count * 1e9 / (System.nanoTime() - begin);
  }
}

package io.spillway.broker.topic;

import io.spillway.mqtt.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The tree with 100,000 wildcard filters: one topic name matched, without the router's memory of
 * names, and a filter put in and taken out.
 *
 * <pre>
 * mvn -q -Pjmh -pl core-broker test-compile
 * cd core-broker/target
 * java -cp "test-classes:classes:$(cat jmh.classpath)" org.openjdk.jmh.Main TopicTree -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class TopicTreeBenchmark {
  private final SubscriptionTree<Object> tree = new SubscriptionTree<>(Object::new);
  private final List<Object> matches = new ArrayList<>();
  private final TopicFilter added = TopicFilter.parse("site/500/device/+/new/#");
  private String[] topicNames;
  private int next;

  @Setup
  public void fill() {
    topicNames = new String[1000];
    for (int site = 0; site < 1000; site++) {
      for (int device = 0; device < 100; device++) {
        tree.acquire(TopicFilter.parse("site/" + site + "/device/" + device + "/+"));
      }
      topicNames[site] = "site/" + site + "/device/" + site % 100 + "/temperature";
    }
  }

  @Benchmark
  public List<Object> match() {
    matches.clear();
    next = next == topicNames.length - 1 ? 0 : next + 1;
    tree.match(topicNames[next], matches);
    return matches;
  }

  @Benchmark
  public void acquireAndRelease() {
    tree.release(tree.acquire(added));
  }
}

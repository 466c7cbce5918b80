package io.spillway.broker.session;

import io.spillway.broker.routing.Cancellable;
import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.HomeExecutor;
import io.spillway.broker.routing.Homes;
import io.spillway.broker.routing.RetainedLimits;
import io.spillway.broker.routing.Router;
import io.spillway.broker.store.MemoryStore;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.PassingMessage;
import io.spillway.mqtt.ProtocolVersion;
import io.spillway.mqtt.ReasonCode;
import io.spillway.mqtt.TopicFilter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One message to its subscribers on one home, from {@link Session#publish} to the connections,
 * which write nothing: what the engine itself costs. Divide by the subscribers.
 *
 * <pre>
 * mvn -q -Pjmh -pl core-broker test-compile
 * cd core-broker/target
 * java -cp "test-classes:classes:$(cat jmh.classpath)" org.openjdk.jmh.Main Fanout -prof gc
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class FanoutBenchmark {
  @Param({"1", "1000"})
  int subscribers;

  @Param({"0", "1"})
  int qos;

  private Sink publisher;
  private Message message;

  @Setup
  public void connect() {
    Homes homes = new Homes(List.of(new CallingThread()), 1000);
    MemoryStore store = new MemoryStore();
    Router router = new Router(homes, store, new RetainedLimits(10, 10));
    Sessions sessions = new Sessions(router, store, SessionLimits.DEFAULT);
    Home home = homes.all().get(0);
    publisher = new Sink(home);
    sessions.connect(request("publisher"), publisher);
    for (int i = 0; i < subscribers; i++) {
      Sink sink = new Sink(home);
      sessions.connect(request("subscriber-" + i), sink);
      SubscriptionRequest wanted =
          new SubscriptionRequest(TopicFilter.parse("a/b/+"), qos, false, false, 0);
      sink.session.subscribe(1, List.of(wanted), 0);
    }
    message = Message.of("a/b/c", new byte[64], qos, false);
  }

  @Benchmark
  public void publish() {
    publisher.session.publish(message, 1, false);
  }

  private static ConnectRequest request(String clientId) {
    return new ConnectRequest(
        clientId,
        ProtocolVersion.MQTT_5,
        true,
        0,
        65_535,
        Integer.MAX_VALUE,
        60,
        null,
        null,
        "",
        Permissions.ALL);
  }

  /** Acknowledges at once what needs it. */
  private static final class Sink implements ClientConnection {
    private final Home home;
    Session session;

    Sink(Home home) {
      this.home = home;
    }

    @Override
    public Home home() {
      return home;
    }

    @Override
    public void accepted(Session accepted, boolean sessionPresent) {
      session = accepted;
    }

    @Override
    public void refused(ReasonCode reasonCode, String text) {}

    @Override
    public void publish(
        PassingMessage delivered,
        int deliveredQos,
        boolean dup,
        boolean retain,
        int packetId,
        int[] subscriptionIdentifiers) {
      if (packetId != 0) {
        session.puback(packetId, ReasonCode.SUCCESS);
      }
    }

    @Override
    public boolean isWritable() {
      return true;
    }

    @Override
    public boolean isWritableForQos0() {
      return true;
    }

    @Override
    public void puback(int packetId, ReasonCode reasonCode) {}

    @Override
    public void pubrec(int packetId, ReasonCode reasonCode) {}

    @Override
    public void pubrel(int packetId, ReasonCode reasonCode) {}

    @Override
    public void pubcomp(int packetId, ReasonCode reasonCode) {}

    @Override
    public void subscribed(int packetId, List<ReasonCode> reasonCodes) {}

    @Override
    public void unsubscribed(int packetId, List<ReasonCode> reasonCodes) {}

    @Override
    public void close(ReasonCode reasonCode, String text) {}

    @Override
    public void pauseReading() {}

    @Override
    public void resumeReading() {}
  }

  private static final class CallingThread implements HomeExecutor {
    @Override
    public boolean inLoop() {
      return true;
    }

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public Cancellable schedule(Runnable task, Duration delay) {
      return () -> {};
    }

    @Override
    public void atEndOfTurn(Runnable task) {
      task.run();
    }

    @Override
    public long nowMillis() {
      return 0;
    }
  }
}

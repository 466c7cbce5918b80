package io.spillway.process;

import io.spillway.process.log.Logging;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/**
 * A role that has nothing to run. As a program it takes its manner from the property {@code manner}
 * and tells what is done with it on standard output.
 */
class TestRole implements Role, Service {
  private final String manner;

  TestRole(String manner) {
    this.manner = manner;
  }

  public static void main(String[] args) {
    RoleCommand.run(new TestRole(System.getProperty("manner")), args);
  }

  @Override
  public String command() {
    return "core-broker";
  }

  @Override
  public String description() {
    return "Runs nothing.";
  }

  @Override
  public Set<String> roots() {
    return Set.of("broker");
  }

  @Override
  public Map<String, String> secrets() {
    return Map.of("SPILLWAY_LINK_SECRET", "broker.link.secret");
  }

  @Override
  public Service configure(Settings settings) {
    return this;
  }

  @Override
  public void start() throws Exception {
    switch (manner) {
      case "port in use" -> throw new StartFailure("broker.listeners.tcp.port: in use");
      case "broken" -> throw new IllegalStateException("broken");
      case "slow start" -> {
        System.out.println("starting");
        System.out.flush();
        new CountDownLatch(1).await();
      }
      default -> {}
    }
  }

  @Override
  public List<String> warnings() {
    return List.of("the secret is short.");
  }

  @Override
  public List<String> greeting() {
    return List.of("Open http://127.0.0.1:8080/");
  }

  @Override
  public void stop(Duration timeout) throws Exception {
    System.out.println("stop within " + timeout.toSeconds() + " s");
    System.out.flush();
    if (manner.equals("stuck stop")) {
      new CountDownLatch(1).await();
    }
  }

  @Override
  public void reload(Settings settings) {
    LoggerFactory.getLogger("io.spillway.Test").debug("debug is on");
    Logging.flush(Duration.ofSeconds(5));
    System.out.println(
        "reloaded "
            + settings.duration("broker.shutdown-timeout", Duration.ZERO, Duration.ofDays(1)));
    System.out.flush();
  }
}

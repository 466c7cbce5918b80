package io.spillway.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd where the process stands, through its own program, as the JDK has no datagram
 * sockets in the file system. Does nothing where nobody waits for it. On the main thread.
 */
final class Supervisor {
  private static final Logger log = LoggerFactory.getLogger(Supervisor.class);
  private static final int TIMEOUT_SECONDS = 5;

  private final boolean waits;

  Supervisor(Map<String, String> environment) {
    waits = !environment.getOrDefault("NOTIFY_SOCKET", "").isEmpty();
  }

  void ready() {
    tell("--ready", "--status=running");
  }

  void stopping() {
    tell("STOPPING=1", "--status=stopping");
  }

  private void tell(String... words) {
    if (!waits) {
      return;
    }
    List<String> command = new ArrayList<>(List.of("systemd-notify"));
    command.addAll(List.of(words));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      log.warn("systemd can't be told that the process is ready: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

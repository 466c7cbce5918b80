package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.spillway.testing.Ports;
import io.spillway.testing.RawClient;
import io.spillway.testing.RoleProcess;
import io.spillway.testing.TestBroker;
import io.spillway.testing.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A gateway that more browsers want to reach than it may open files. */
class GatewayOpenFilesTest {
  private static final List<String> WITH_FEW_FILES =
      List.of("bash", "-c", "ulimit -n 500; exec \"$@\"", "-");
  private static final int MORE_THAN_THERE_IS_ROOM_FOR = 550;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final int httpPort = Ports.free();
  private final String told = "No more connections are taken at port " + httpPort;

  @Test
  void whoIsHereIsServedAndWhoComesWaitsUntilOthersHaveEnded() throws Exception {
    Tools.assumeInstalled("bash");
    List<Socket> crowd = new ArrayList<>();
    try (TestBroker core = TestBroker.start();
        RoleProcess gateway = gateway(core);
        RawClient early = early()) {
      for (int i = 0; i < MORE_THAN_THERE_IS_ROOM_FOR; i++) {
        crowd.add(new Socket(InetAddress.getLoopbackAddress(), httpPort));
      }

      TestSystem.await(told, PATIENCE, () -> gateway.output().contains(told));
      early.publish("t", "1").expectPublish("t", "1");
      assertEquals("no answer", PlainHttp.get(httpPort, "/livez", 100));
      closeAll(crowd);

      TestSystem.await("others are served", PATIENCE, () -> answers("/livez"));
      try (RawClient late = new RawClient(WebSocketWire.connect(httpPort, "/mqtt"))) {
        late.connect311("late").expectNothing();
      }
      assertEquals(1, gateway.output().split(told, -1).length - 1, gateway::output);
      assertFalse(gateway.output().contains("Exception"), gateway::output);
    } finally {
      closeAll(crowd);
    }
  }

  /** Connections without a request are left alone for longer than the test lasts. */
  private RoleProcess gateway(TestBroker core) {
    return RoleProcess.gateway(
        WITH_FEW_FILES,
        List.of("-Xmx256m"),
        httpPort,
        core.broker().linkPort(),
        "gateway.http.request-timeout=10m",
        "gateway.http.idle-timeout=10m",
        "gateway.io-threads=2");
  }

  /** It subscribes, so that more than the gateway alone has to serve it. */
  private RawClient early() {
    TestSystem.await("a link for every thread", PATIENCE, () -> answers("/readyz"));
    return new RawClient(WebSocketWire.connect(httpPort, "/mqtt"))
        .connect311("early")
        .subscribe("t", 0);
  }

  private boolean answers(String path) {
    try {
      return PlainHttp.get(httpPort, path, 1000).startsWith("200 ");
    } catch (IOException e) {
      return false;
    }
  }

  private static void closeAll(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}

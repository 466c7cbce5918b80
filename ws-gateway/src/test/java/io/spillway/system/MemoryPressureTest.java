package io.spillway.system;

import static io.spillway.gateway.websocket.RawClient.UPGRADE;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.utf8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Packets;
import io.spillway.testing.Ports;
import io.spillway.testing.RawClient;
import io.spillway.testing.RoleProcess;
import io.spillway.testing.TestBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A process with little memory, from which somebody takes all that there is. */
class MemoryPressureTest {
  private static final byte[] LARGE = new byte[64 * 1024];

  @Test
  void aGatewayWhoseBuffersAreFullServesThoseThereAreAndRefusesNewBrowsers() throws Exception {
    int httpPort = Ports.free();
    try (TestBroker broker = TestBroker.start();
        RoleProcess gateway =
            RoleProcess.gateway(
                List.of(),
                List.of("-Xmx128m", "-XX:MaxDirectMemorySize=48m"),
                httpPort,
                broker.broker().linkPort(),
                "gateway.limits.memory-guard=50",
                "gateway.limits.queued-bytes=32MiB",
                "gateway.slow-client.max-queued-bytes=64MiB")) {
      TestSystem.await("a link", () -> WebSocketWire.attempt(httpPort, "/mqtt") == 101);
      RawWebSocketWire slow = new RawWebSocketWire(httpPort);
      new RawClient(slow).connect311("slow").subscribe("flood", 0);
      try (RawClient healthy =
              new RawClient(WebSocketWire.connect(httpPort, "/mqtt"))
                  .connect311("healthy")
                  .subscribe("t", 0);
          RawClient device = broker.client().connect311("device")) {
        TestSystem.await(
            "refusals",
            () -> {
              for (int i = 0; i < 50; i++) {
                device.send(packet(0x30, "flood", LARGE));
              }
              device.expectNothing();
              return WebSocketWire.attempt(httpPort, "/mqtt") == 503;
            });

        assertTrue(answer(httpPort).contains("memory is short (gateway.limits.memory-guard)"));
        device.send(packet(0x30, "t", utf8("x")));
        healthy.expectPublish("t", "x");

        slow.close();
        TestSystem.await("room again", () -> WebSocketWire.attempt(httpPort, "/mqtt") == 101);
        healthy.expectNothing();
      }
    }
  }

  @Test
  void aCoreWhoseHeapIsFullServesThoseThereAreAndRefusesNewClients() throws Exception {
    int tcpPort = Ports.free();
    RoleProcess core =
        RoleProcess.core(
            List.of("-Xmx64m"), tcpPort, Ports.free(), "broker.limits.memory-guard=30");
    try (core;
        RawClient healthy = RawClient.tcp(tcpPort).connect311("healthy").subscribe("t", 0);
        RawClient device = RawClient.tcp(tcpPort).connect311("device")) {
      AtomicInteger topics = new AtomicInteger();
      TestSystem.await(
          "a refusal",
          () -> {
            for (int i = 0; i < 20; i++) {
              device.send(packet(0x31, "kept/" + topics.incrementAndGet(), LARGE));
            }
            device.expectNothing();
            return !isWelcome(tcpPort);
          });

      device.send(packet(0x30, "t", utf8("x")));
      healthy.expectPublish("t", "x");
    }
  }

  /** Whether another client may come; who may not is closed on, or told 0x89. */
  private static boolean isWelcome(int tcpPort) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), tcpPort)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(Packets.connect5("newcomer"));
      byte[] connack = socket.getInputStream().readNBytes(4);
      return connack.length == 4 && connack[3] == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static String answer(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(utf8(UPGRADE));
      StringBuilder answer = new StringBuilder();
      while (answer.indexOf("memory-guard)") < 0) {
        int b = socket.getInputStream().read();
        assertTrue(b >= 0, answer.toString());
        answer.append((char) b);
      }
      return answer.toString();
    }
  }
}

package io.spillway.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.spillway.testing.BrowserPage;
import io.spillway.testing.Chromium;
import io.spillway.testing.Packets;
import io.spillway.testing.Ports;
import io.spillway.testing.RawClient;
import io.spillway.testing.RoleProcess;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How much a page in a real browser can take. One packet per frame, Chromium takes some 5,900 a
 * second; it is the joining of packets into frames that makes more of it. The rate is measured with
 * {@code -Dspillway.figures=quiet}; without, on a machine that may be busy, fewer messages show
 * that they all arrive, joined.
 */
@Tag("browser")
@Tag("long")
class PageRateTest {
  private static final boolean QUIET = "quiet".equals(System.getProperty("spillway.figures"));
  private static final int RATE = 60_000;
  private static final int WANTED = 50_000;
  private static final int PER_BATCH = RATE / 500;

  /**
   * Four seconds; or fewer bytes than the gateway keeps for a slow browser, so that none is lost.
   */
  private static final int BATCHES = QUIET ? 4 * 500 : 40;

  /** The first are for warming up. */
  private static final int ROUNDS = QUIET ? 5 : 1;

  /**
   * The smallest page that counts PUBLISH packets: CONNECT, SUBSCRIBE to a/#, then only lengths.
   */
  private static final String PAGE =
      """
      (() => {
        const page = window.page = {packets: 0, frames: 0, subscribed: false, ended: ''};
        const socket = new WebSocket(`ws://${location.host}/mqtt`, 'mqtt');
        const send = (...bytes) => socket.send(new Uint8Array(bytes));
        socket.binaryType = 'arraybuffer';
        socket.onopen = () => send(0x10, 16, 0, 4, 77, 81, 84, 84, 4, 2, 0, 60, 0, 4, 112, 97, 103, 101);
        socket.onclose = event => page.ended = `${event.code} ${event.reason}`;
        socket.onmessage = ({data}) => {
          const bytes = new Uint8Array(data);
          page.frames++;
          for (let at = 0; at < bytes.length;) {
            const type = bytes[at] >> 4;
            let length = 0, shift = 0;
            do {
              length |= (bytes[++at] & 0x7f) << shift;
              shift += 7;
            } while (bytes[at] & 0x80);
            at += 1 + length;
            if (type === 3) {
              page.packets++;
              page.last = performance.now();
              page.first ??= page.last;
            } else if (type === 2) {
              send(0x82, 8, 0, 1, 0, 3, 97, 47, 35, 0);
            } else if (type === 9) {
              page.subscribed = true;
            }
          }
        };
        return true;
      })()
      """;

  @Test
  void aPageTakesFiftyThousandMessagesASecond() {
    byte[] publish = Packets.publish311("a/b", "x".repeat(64));
    double best = 0;
    int tcpPort = Ports.free();
    int linkPort = Ports.free();
    int httpPort = Ports.free();
    // Processes of their own, as tests look for leaks at each buffer.
    try (RoleProcess core = RoleProcess.core(tcpPort, linkPort);
        RoleProcess gateway = RoleProcess.gateway(httpPort, linkPort);
        Chromium chromium = Chromium.start();
        BrowserPage page = chromium.open();
        RawClient device = RawClient.tcp(tcpPort).connect311("device")) {
      TestSystem.await("a link", () -> WebSocketWire.attempt(httpPort, "/mqtt") == 101);
      page.navigate("http://127.0.0.1:" + httpPort + "/livez");
      page.evaluate(PAGE);
      TestSystem.await("the subscription", () -> counted(page).get("subscribed").getAsBoolean());

      for (int round = 0; round < ROUNDS; round++) {
        page.evaluate("Object.assign(page, {packets: 0, frames: 0, first: undefined}), true");
        long began = System.nanoTime();
        int sent = flood(device, publish);
        double sending = (System.nanoTime() - began) / 1e9;
        TestSystem.await("the first", () -> counted(page).get("packets").getAsInt() > 0);
        int received = settled(page, sent);
        JsonObject counts = counted(page);
        double seconds =
            (counts.get("last").getAsDouble() - counts.get("first").getAsDouble()) / 1000;
        System.out.printf(
            "%,d sent in %.2f s, %,d received in %.2f s: %,.0f/s, %.1f packets per frame%n",
            sent,
            sending,
            received,
            seconds,
            received / seconds,
            (double) received / counts.get("frames").getAsInt());
        assertTrue(counts.get("frames").getAsInt() < received, "packets share frames");
        best = received == sent ? Math.max(best, received / seconds) : best;
      }
      assertEquals("", counted(page).get("ended").getAsString());
    }
    assertTrue(best > (QUIET ? WANTED : 0), best + " messages/s without a loss");
  }

  /** At an even rate, in a batch every other millisecond. */
  private static int flood(RawClient device, byte[] publish) {
    byte[][] packets = new byte[PER_BATCH][];
    Arrays.fill(packets, publish);
    byte[] together = Packets.fields((Object[]) packets);
    long next = System.nanoTime();
    for (int i = 0; i < BATCHES; i++) {
      device.send(together);
      next += 2_000_000;
      LockSupport.parkNanos(next - System.nanoTime());
    }
    device.expectNothing();
    return BATCHES * PER_BATCH;
  }

  /** The number of packets when all have come, or no more do. */
  private static int settled(BrowserPage page, int sent) {
    int before = -1;
    int now = counted(page).get("packets").getAsInt();
    for (int same = 0; now < sent && same < 100; same = now == before ? same + 1 : 0) {
      before = now;
      LockSupport.parkNanos(50_000_000);
      now = counted(page).get("packets").getAsInt();
    }
    return now;
  }

  private static JsonObject counted(BrowserPage page) {
    String text = page.evaluate("JSON.stringify(page)").getAsString();
    return JsonParser.parseString(text).getAsJsonObject();
  }
}

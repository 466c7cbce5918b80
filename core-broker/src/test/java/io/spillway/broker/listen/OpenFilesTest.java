package io.spillway.broker.listen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.CoreProcess;
import io.spillway.testing.RawClient;
import io.spillway.testing.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A core that more clients want to reach than it may open files. */
class OpenFilesTest {
  private static final List<String> WITH_FEW_FILES =
      List.of("bash", "-c", "ulimit -n 400; exec \"$@\"", "-");
  private static final int MORE_THAN_THERE_IS_ROOM_FOR = 450;
  private static final String TOLD = "No more connections are taken at port ";
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  @TempDir private Path directory;

  @Test
  void whoIsHereIsServedAndWhoComesWaitsUntilOthersHaveEnded() throws Exception {
    Tools.assumeInstalled("bash");
    List<Socket> crowd = new ArrayList<>();
    try (CoreProcess core = new CoreProcess(directory, WITH_FEW_FILES).start();
        RawClient early = core.client().connect311("early")) {
      for (int i = 0; i < MORE_THAN_THERE_IS_ROOM_FOR; i++) {
        crowd.add(new Socket(InetAddress.getLoopbackAddress(), core.tcpPort()));
      }

      long deadline = System.nanoTime() + PATIENCE_NANOS;
      while (!core.log().contains(TOLD + core.tcpPort())) {
        assertTrue(System.nanoTime() < deadline, core::log);
        early.send("c000").expect("d000");
      }
      // Retained and acknowledged: the store may open what it needs.
      early.send("3306 0001 61 0001 31").expect("4002 0001");
      closeAll(crowd);

      core.client().connect311("late").send("8206 0001 0001 61 00").expect("9003 0001 00");
      assertEquals(1, core.log().split(TOLD, -1).length - 1, core::log);
      assertTrue(!core.log().contains("Exception"), core::log);
    } finally {
      closeAll(crowd);
    }
  }

  private static void closeAll(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}

package io.spillway.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.CoreProcess;
import io.spillway.testing.Packets;
import io.spillway.testing.RawClient;
import io.spillway.testing.Tools;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a core says and does when its disk is full, read-only, forbidden, taken or damaged. */
class DiskFaultTest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final String NO_SPACE = "The store can't write: no space left on the device";

  /** Random, as what the store can compress makes room of itself. */
  private static final byte[] LARGE = new byte[60_000];

  static {
    new Random(1).nextBytes(LARGE);
  }

  @TempDir Path directory;

  @Test
  void aFullDiskIsNotAcknowledgedAndForgottenWhenThereIsRoomAgain() throws Exception {
    Process room = mounted("size=80m");
    try (CoreProcess core =
        new CoreProcess(directory, inside(room), "broker.admin.enabled=true").start()) {
      await(core, "/readyz", "200 ready\n");
      try (RawClient reader = core.client()) {
        reader.send(Packets.connect311("reader", 0, 60)).expect("20 02 00 00");
        reader.subscribe("kept", 1);
      }
      RawClient live = core.client().connect311("live").subscribe("live", 0);
      RawClient writer = core.client().connect311("writer");

      Path ballast = fill(room);
      // On a thread of its own, as a full disk may stop the core from reading in mid-packet.
      FutureTask<Integer> publishing = new FutureTask<>(() -> publishUntilFull(core, writer));
      new Thread(publishing, "writer").start();
      await(core, "/readyz", "503 not ready: .*no space left on the device.*\n");
      RawClient second = core.client().connect5("second");
      int small = 0; // What fits into the last page all the same is kept as promised.
      while (!isRefused(second, small + 1)) {
        small++;
        assertTrue(small < 1_000, "nothing is refused");
      }
      await(core, "/livez", "200 alive\n");
      second.publish("live", "goes on");
      live.expectPublish("live", "goes on");

      Files.delete(ballast);
      int published = publishing.get(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
      for (int packetId = 1; packetId <= published; packetId++) {
        writer.expect(Packets.packet(0x40, Packets.u16(packetId)));
      }
      assertTrue(core.log().contains("The store can write again"), core.log());
      await(core, "/readyz", "200 ready\n");

      core.kill();
      core.start();
      try (RawClient reader = core.client()) {
        reader.send(Packets.connect311("reader", 0, 60)).expect("20 02 01 00");
        int large = 0;
        for (int i = 0; i < published + small; i++) {
          byte[] publish = reader.read();
          assertEquals(0x32, publish[0]);
          boolean isLarge = publish.length > LARGE.length;
          large += isLarge ? 1 : 0;
          int at = isLarge ? 10 : 8;
          reader.send(Packets.packet(0x40, new byte[] {publish[at], publish[at + 1]}));
        }
        assertEquals(published, large);
        reader.expectNothing();
      }
    } finally {
      room.destroyForcibly();
    }
  }

  /** Answers how many were sent when the core said that it has no space. */
  private static int publishUntilFull(CoreProcess core, RawClient writer) {
    int published = 0;
    while (!core.log().contains(NO_SPACE)) {
      published++;
      writer.send(Packets.packet(0x32, "kept", Packets.u16(published), LARGE));
      assertTrue(published < 800, "the disk isn't full");
    }
    return published;
  }

  /** Whether a message of one byte is answered 0x97; otherwise it was acknowledged. */
  private static boolean isRefused(RawClient client, int packetId) {
    byte[] topicAndId = Packets.fields("kept", Packets.u16(packetId));
    byte[] puback = client.send(Packets.packet(0x32, topicAndId, Packets.properties(), 1)).read();
    if (puback.length == 4) {
      return false;
    }
    assertEquals((byte) 0x97, puback[puback.length - 1]);
    return true;
  }

  @Test
  void aReadOnlyDirectoryIsNamed() throws Exception {
    Process room = mounted("ro");
    try {
      expectRefusal(inside(room), "can't be used: Read-only file system");
    } finally {
      room.destroyForcibly();
    }
  }

  @Test
  void aForbiddenDirectoryIsNamed() throws Exception {
    List<String> without =
        List.of(
            "setpriv",
            "--bounding-set=-dac_override,-dac_read_search",
            "--inh-caps=-dac_override,-dac_read_search");
    assumeWorks(Stream.concat(without.stream(), Stream.of("true")).toList());
    Path data = Files.createDirectory(directory.resolve("data"));
    assertTrue(data.toFile().setWritable(false, false));

    expectRefusal(without, "can't be used: permission denied: user ");
  }

  @Test
  void aDirectoryInUseIsNamedWithItsUser() {
    try (CoreProcess first = new CoreProcess(directory).start()) {
      expectRefusal(List.of(), "is in use by another process (");
      first.stop();
    }
  }

  @Test
  void aDamagedFileIsNamedAndWhatToDo() throws Exception {
    try (CoreProcess core = new CoreProcess(directory).start()) {
      try (RawClient client = core.client().connect311("c")) {
        client.send(Packets.packet(0x33, "topic", Packets.u16(1), Packets.utf8("value")));
        client.expect("40 02 00 01");
      }
      core.stop();
    }
    try (Stream<Path> files = Files.list(directory.resolve("data/database"))) {
      Path manifest =
          files.filter(f -> f.toString().contains("MANIFEST")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(manifest);
      bytes[20] ^= 0x40;
      Files.write(manifest, bytes);
    }

    expectRefusal(List.of(), " is damaged (");
    expectRefusal(List.of(), "from a backup in its place");
  }

  private void expectRefusal(List<String> prefix, String reason) {
    try (CoreProcess core = new CoreProcess(directory, prefix).launch()) {
      assertEquals(1, core.status(), core.log());
      assertTrue(core.log().contains("Error: broker.store.directory: " + core.store()), core.log());
      assertTrue(core.log().contains(reason), core.log());
    }
  }

  /** A process that sees a file system of its own where the store will be. */
  private Process mounted(String options) throws Exception {
    assumeWorks(List.of("unshare", "-m", "true"));
    Path data = Files.createDirectory(directory.resolve("data"));
    Process process =
        Tools.start(
            "unshare",
            "-m",
            "sh",
            "-c",
            "mount -t tmpfs -o " + options + " tmpfs " + data + " && echo ready && exec sleep 300");
    Tools.awaitLine(process, "ready");
    return process;
  }

  private static List<String> inside(Process room) {
    return List.of("nsenter", "-t", String.valueOf(room.pid()), "-m", "--");
  }

  /** Leaves no room in the store's file system. */
  private Path fill(Process room) {
    Path ballast =
        Path.of("/proc/" + room.pid() + "/root" + directory.resolve("data").resolve("ballast"));
    try (OutputStream out = Files.newOutputStream(ballast)) {
      byte[] block = new byte[1 << 16];
      long deadline = System.nanoTime() + PATIENCE_NANOS;
      while (System.nanoTime() < deadline) {
        out.write(block);
      }
      throw new AssertionError("the disk doesn't get full");
    } catch (IOException e) {
      return ballast;
    }
  }

  private static void assumeWorks(List<String> command) throws Exception {
    Tools.assumeInstalled(command.get(0));
    Process process = Tools.start(command.toArray(new String[0]));
    Assumptions.assumeTrue(process.waitFor() == 0, command.get(0) + " is refused here");
  }

  /** A busy machine may hold up an event loop for longer than it is given to be alive. */
  private static void await(CoreProcess core, String path, String expected) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    for (String answer = get(core, path); !answer.matches(expected); answer = get(core, path)) {
      assertTrue(System.nanoTime() < deadline, answer);
    }
  }

  private static String get(CoreProcess core, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + core.adminPort() + path);
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body();
  }
}

package io.spillway.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two links with random traffic, random stalls and random portions: everything arrives on its
 * stream, in order, once; nothing droppable is given up while the bounds are wide.
 */
class LinkPropertyTest {
  private static final int STREAMS = 12;

  private Random random;
  private LinkPair pair;
  private int serial;

  /** What each stream of the core is due, by its listener, in order; likewise the edge. */
  private final Map<RecordingStream, List<byte[]>> dueAtCore = new HashMap<>();

  private final Map<RecordingStream, List<byte[]>> dueAtEdge = new HashMap<>();
  private final List<LinkPair.Ends> open = new ArrayList<>();
  private final List<LinkGroup> groups = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everythingArrivesInOrder(long seed) {
    random = new Random(seed);
    LinkSettings gateway =
        LinkPair.GATEWAY
            .withReceiving(1024 + random.nextInt(100_000), 1 << 24, 1000)
            .withQueues(1 << 30, 1L << 40);
    LinkSettings core =
        LinkPair.CORE
            .withReceiving(1024 + random.nextInt(100_000), 1 << 24, 1000)
            .withQueues(1 << 30, 1L << 40);
    pair = new LinkPair(gateway, core, 1024 << random.nextInt(10));
    pair.gatewayTransport.portions(count -> 1 + random.nextInt(count));
    pair.coreTransport.portions(count -> 1 + random.nextInt(count));
    pair.start();
    for (int i = 0; i < STREAMS; i++) {
      opened();
    }
    groups.add(pair.core.group());
    groups.add(pair.core.group());

    for (int step = 0; step < 1000; step++) {
      step();
      assertNull(pair.gatewayListener.closeText);
      assertNull(pair.coreListener.closeText);
    }
    settle();

    dueAtEdge.forEach(LinkPropertyTest::assertArrived);
    dueAtCore.forEach(LinkPropertyTest::assertArrived);
    assertTrue(pair.gateway.statistics().multicastDeliveries() > 100);
    assertEquals(0, pair.core.statistics().droppablesDropped());
    assertEquals(0, pair.core.statistics().bytesQueued());
    assertEquals(0, pair.gateway.statistics().bytesQueued());
    assertEquals(STREAMS, pair.core.statistics().streams());
    pair.stop();
  }

  private static void assertArrived(RecordingStream stream, List<byte[]> due) {
    if (stream.stream.isOpen()) {
      assertEquals(due.size(), stream.units.size());
    }
    // A closed stream may miss some, and has the others in order all the same.
    int next = 0;
    for (byte[] unit : stream.units) {
      while (next < due.size() && !Arrays.equals(due.get(next), unit)) {
        assertFalse(stream.stream.isOpen(), "a unit is missing");
        next++;
      }
      assertTrue(next < due.size(), "a unit that isn't due, or out of order");
      next++;
    }
  }

  private void opened() {
    LinkPair.Ends ends = pair.open();
    dueAtCore.put(ends.core(), new ArrayList<>());
    dueAtEdge.put(ends.edge(), new ArrayList<>());
    ends.core().consumesAtOnce = random.nextBoolean();
    ends.edge().consumesAtOnce = random.nextBoolean();
    open.add(ends);
  }

  private void step() {
    LinkPair.Ends ends = open.get(random.nextInt(open.size()));
    switch (random.nextInt(16)) {
      case 0, 1, 2 -> up(ends);
      case 3, 4, 5, 6 -> down(ends);
      case 7, 8 -> multicast();
      case 9 -> member(ends);
      case 10 -> withPacketIds();
      case 11 -> {
        consume(ends.core());
        consume(ends.edge());
      }
      case 12 -> {
        MemoryTransport one = random.nextBoolean() ? pair.coreTransport : pair.gatewayTransport;
        if (random.nextBoolean()) {
          one.hold();
        } else {
          one.release();
        }
      }
      case 13 -> {
        if (random.nextInt(8) == 0) {
          replace(ends);
        }
      }
      default -> pair.run();
    }
  }

  private byte[] packet() {
    int sizeMax = random.nextInt(30) == 0 ? 600_000 : random.nextInt(10) == 0 ? 9000 : 100;
    return LinkTest.packet(4 + random.nextInt(sizeMax), ++serial);
  }

  private void up(LinkPair.Ends ends) {
    byte[] packet = packet();
    dueAtCore.get(ends.core()).add(packet);
    int cut = random.nextInt(packet.length);
    if (cut == 0) {
      ends.edge().stream.send(LinkTest.buffer(packet), false);
      return;
    }
    byte[] head = Arrays.copyOf(packet, cut);
    byte[] tail = Arrays.copyOfRange(packet, cut, packet.length);
    ends.edge().stream.send(LinkTest.buffer(head), tail.length, false);
    ends.edge().stream.send(LinkTest.buffer(tail), 0, false);
  }

  private void down(LinkPair.Ends ends) {
    byte[] packet = packet();
    dueAtEdge.get(ends.edge()).add(packet);
    if (random.nextBoolean()) {
      ends.core().stream.send(LinkTest.buffer(packet), random.nextBoolean());
    } else {
      ends.core().stream.send(packet, random.nextBoolean());
    }
  }

  private void multicast() {
    byte[] packet = packet();
    if (random.nextInt(4) == 0) {
      List<LinkStream> some = some();
      due(packet, some);
      pair.core.multicastList(LinkTest.buffer(packet), some);
      return;
    }
    LinkGroup group = groups.get(random.nextInt(groups.size()));
    List<LinkStream> excluded = random.nextBoolean() ? List.of() : some();
    List<LinkStream> reached = new ArrayList<>();
    for (LinkPair.Ends ends : open) {
      if (group.contains(ends.core().stream) && !excluded.contains(ends.core().stream)) {
        reached.add(ends.core().stream);
      }
    }
    due(packet, reached);
    group.multicast(LinkTest.buffer(packet), excluded);
  }

  private List<LinkStream> some() {
    List<LinkStream> some = new ArrayList<>();
    for (LinkPair.Ends ends : open) {
      if (random.nextBoolean()) {
        some.add(ends.core().stream);
      }
    }
    return some;
  }

  private void due(byte[] packet, List<LinkStream> streams) {
    for (LinkPair.Ends ends : open) {
      if (streams.contains(ends.core().stream)) {
        dueAtEdge.get(ends.edge()).add(packet);
      }
    }
  }

  private void withPacketIds() {
    byte[] template = LinkTest.packet(8 + random.nextInt(100), ++serial);
    List<LinkStream> some = some();
    int[] packetIds = new int[some.size()];
    for (int i = 0; i < packetIds.length; i++) {
      packetIds[i] = 1 + random.nextInt(65_535);
      byte[] own = template.clone();
      own[5] = (byte) (packetIds[i] >> 8);
      own[6] = (byte) packetIds[i];
      due(own, List.of(some.get(i)));
    }
    pair.core.multicastWithPacketIds(LinkTest.buffer(template), 5, some, packetIds);
  }

  private void member(LinkPair.Ends ends) {
    LinkGroup group = groups.get(random.nextInt(groups.size()));
    if (random.nextInt(4) > 0) {
      group.add(ends.core().stream);
    } else {
      group.remove(ends.core().stream);
    }
    if (random.nextInt(40) == 0) {
      group.dissolve();
      groups.remove(group);
      groups.add(pair.core.group());
    }
  }

  private void consume(RecordingStream stream) {
    if (stream.stream.isOpen()) {
      int some = stream.stream.bytesUnconsumed();
      stream.stream.consumed(random.nextBoolean() ? some : random.nextInt(some + 1));
    }
  }

  private static void consumeAll(RecordingStream stream) {
    if (stream.stream.isOpen()) {
      stream.stream.consumed(stream.stream.bytesUnconsumed());
    }
  }

  /** One end closes a stream and the gateway opens another one. */
  private void replace(LinkPair.Ends ends) {
    open.remove(ends);
    RecordingStream closer = random.nextBoolean() ? ends.core() : ends.edge();
    closer.stream.close(CloseReason.NORMAL, "");
    settle();
    assertNull(pair.gatewayListener.closeText);
    opened();
  }

  private void settle() {
    pair.coreTransport.release();
    pair.gatewayTransport.release();
    for (int i = 0; i < 1000; i++) {
      pair.run();
      dueAtCore.keySet().forEach(LinkPropertyTest::consumeAll);
      dueAtEdge.keySet().forEach(LinkPropertyTest::consumeAll);
      pair.run();
      if (pair.core.statistics().bytesQueued() + pair.gateway.statistics().bytesQueued() == 0) {
        return;
      }
    }
  }
}

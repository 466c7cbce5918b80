package io.spillway.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.spillway.link.LinkPair.Ends;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One frame for many streams, and every stream's order kept all the same. */
class MulticastTest {
  private final LinkPair pair = new LinkPair().start();
  private final List<Ends> all = new ArrayList<>();

  @AfterEach
  void stop() {
    pair.stop();
  }

  private LinkGroup groupOf(int count) {
    LinkGroup group = pair.core.group();
    for (int i = 0; i < count; i++) {
      all.add(pair.open());
      group.add(all.get(i).core().stream);
    }
    return group;
  }

  private static ByteBuf packet(int length, int seed) {
    return LinkTest.buffer(LinkTest.packet(length, seed));
  }

  @Test
  void onePacketCrossesTheLinkOnceForAllMembers() {
    LinkGroup group = groupOf(1000);
    pair.run();
    long before = pair.core.statistics().bytesSent();

    group.multicast(packet(64, 1), List.of());
    pair.run();

    assertEquals(8 + 1 + 64, pair.core.statistics().bytesSent() - before);
    all.forEach(ends -> assertArrayEquals(LinkTest.packet(64, 1), ends.edge().units.get(0)));
    assertEquals(1000, pair.gateway.statistics().multicastDeliveries());
    assertEquals(1000, pair.core.statistics().multicastDeliveries());
  }

  @Test
  void theExcludedGetNothing() {
    LinkGroup group = groupOf(5);

    group.multicast(
        packet(10, 1),
        List.of(all.get(1).core().stream, all.get(3).core().stream, all.get(3).core().stream));
    pair.run();

    for (int i = 0; i < 5; i++) {
      assertEquals(i == 1 || i == 3 ? 0 : 1, all.get(i).edge().units.size());
    }
  }

  @Test
  void aMemberWithSomethingWaitingGetsThePacketBehindIt() {
    LinkGroup group = groupOf(3);
    Ends waiting = all.get(1);
    waiting.core().stream.send(packet(400_000, 1), true);

    group.multicast(packet(10, 2), List.of());
    group.multicast(packet(10, 3), List.of());
    pair.run();

    assertEquals(2, all.get(0).edge().units.size());
    assertEquals(3, waiting.edge().units.size());
    assertEquals(400_000, waiting.edge().units.get(0).length);
    assertArrayEquals(LinkTest.packet(10, 2), waiting.edge().units.get(1));
    assertArrayEquals(LinkTest.packet(10, 3), waiting.edge().units.get(2));
  }

  @Test
  void aLateMemberSeesOnlyWhatComesAfterIt() {
    LinkGroup group = groupOf(1);
    Ends late = pair.open();

    group.multicast(packet(10, 1), List.of());
    late.core().stream.send(packet(10, 2), true);
    group.add(late.core().stream);
    group.multicast(packet(10, 3), List.of());
    group.remove(late.core().stream);
    group.multicast(packet(10, 4), List.of());
    pair.run();

    assertEquals(3, all.get(0).edge().units.size());
    assertEquals(2, late.edge().units.size());
    assertArrayEquals(LinkTest.packet(10, 3), late.edge().units.get(1));
  }

  @Test
  void aStreamThatEndsLeavesItsGroups() {
    LinkGroup first = groupOf(3);
    LinkGroup second = pair.core.group();
    all.forEach(ends -> second.add(ends.core().stream));

    all.get(0).edge().stream.close(CloseReason.CLIENT_CLOSED, "");
    all.get(1).core().stream.close(CloseReason.SESSION_TAKEN_OVER, "");
    first.multicast(packet(10, 1), List.of());
    pair.run();
    assertEquals(1, first.size());
    assertEquals(1, second.size());
    Ends sameNumber = pair.open();
    second.multicast(packet(10, 2), List.of());
    pair.run();

    assertEquals(2, all.get(2).edge().units.size());
    assertEquals(0, all.get(0).edge().units.size());
    assertEquals(0, all.get(1).edge().units.size());
    assertEquals(0, sameNumber.edge().units.size());
    assertNull(pair.gatewayListener.closeReason);
  }

  @Test
  void aClosingStreamGetsNothingMoreThoughItStillWaitsForCredit() {
    LinkGroup group = groupOf(2);
    Ends closing = all.get(0);
    closing.edge().consumesAtOnce = false;
    closing.core().stream.send(packet(150_000, 1), false);

    closing.core().stream.close(CloseReason.NOT_AUTHORIZED, "");
    group.multicast(packet(10, 2), List.of());
    pair.run();
    closing.edge().stream.consumed(closing.edge().stream.bytesUnconsumed());
    pair.run();

    assertEquals(1, closing.edge().units.size());
    assertEquals(CloseReason.NOT_AUTHORIZED, closing.edge().closeReason);
    assertEquals(1, all.get(1).edge().units.size());
  }

  @Test
  void aMemberThatTheGatewayClosesWhileItStillSendsGetsNothingMore() {
    LinkGroup group = groupOf(2);
    Ends closing = all.get(0);
    pair.run();
    closing.core().consumesAtOnce = false;
    closing.edge().stream.send(packet(150_000, 1), false);

    closing.edge().stream.close(CloseReason.CLIENT_DISCONNECTED, "");
    group.multicast(packet(10, 2), List.of());
    pair.run();
    closing.core().stream.consumed(closing.core().stream.bytesUnconsumed());
    pair.run();

    assertEquals(0, closing.edge().units.size());
    assertEquals(150_000, closing.core().units.get(0).length);
    assertEquals(CloseReason.CLIENT_DISCONNECTED, closing.core().closeReason);
    assertEquals(1, all.get(1).edge().units.size());
  }

  @Test
  void aPacketTooLargeForOneFrameGoesToEachMember() {
    LinkGroup group = groupOf(3);

    group.multicast(packet(300_000, 1), List.of(all.get(2).core().stream));
    pair.core.multicastList(packet(300_000, 2), List.of(all.get(2).core().stream));
    pair.run();

    assertArrayEquals(LinkTest.packet(300_000, 1), all.get(0).edge().units.get(0));
    assertArrayEquals(LinkTest.packet(300_000, 1), all.get(1).edge().units.get(0));
    assertArrayEquals(LinkTest.packet(300_000, 2), all.get(2).edge().units.get(0));
  }

  @Test
  void dissolvedGroupsNumbersAreUsedAgain() {
    LinkGroup first = groupOf(2);
    first.dissolve();
    first.multicast(packet(10, 1), List.of());
    LinkGroup second = pair.core.group();
    second.add(all.get(1).core().stream);
    second.multicast(packet(10, 2), List.of());
    pair.run();

    assertEquals(0, all.get(0).edge().units.size());
    assertEquals(1, all.get(1).edge().units.size());
    assertEquals(1, pair.core.statistics().groups());
    assertEquals(1, pair.gateway.statistics().groups());
  }

  @Test
  void aListReachesThoseOnItInOrderWithTheirOwn() {
    groupOf(4);
    List<LinkStream> some = List.of(all.get(3).core().stream, all.get(1).core().stream);
    all.get(1).core().stream.send(packet(400_000, 1), true);

    pair.core.multicastList(packet(10, 2), some);
    pair.run();

    assertEquals(1, all.get(3).edge().units.size());
    assertEquals(2, all.get(1).edge().units.size());
    assertEquals(10, all.get(1).edge().units.get(1).length);
    assertEquals(0, all.get(0).edge().units.size());
  }

  @Test
  void eachReceiverGetsItsOwnPacketIdentifierAndPaysForIt() {
    groupOf(3);
    List<LinkStream> streams = all.stream().map(ends -> ends.core().stream).toList();
    all.forEach(ends -> ends.edge().consumesAtOnce = false);
    int credit = streams.get(0).credit();
    long before = pair.core.statistics().bytesSent();

    pair.core.multicastWithPacketIds(
        LinkTest.buffer(new byte[] {0x32, 6, 0, 1, 'a', 0, 0, 'x'}),
        5,
        streams,
        new int[] {1, 2, 65_535});
    pair.run();

    assertEquals(8 + 2 + 3 * 3 + 8, pair.core.statistics().bytesSent() - before);
    assertEquals(credit - 8, streams.get(0).credit());
    assertEquals(8, all.get(0).edge().stream.bytesUnconsumed());
    assertArrayEquals(new byte[] {0x32, 6, 0, 1, 'a', 0, 2, 'x'}, all.get(1).edge().units.get(0));
    assertEquals(List.of(65_535), all.get(2).edge().packetIds);
  }

  @Test
  void aReceiverWithoutCreditGetsItsCopyLater() {
    groupOf(2);
    List<LinkStream> streams = all.stream().map(ends -> ends.core().stream).toList();
    Ends poor = all.get(0);
    poor.edge().consumesAtOnce = false;
    streams.get(0).send(packet(128 * 1024, 1), false);

    pair.core.multicastWithPacketIds(
        LinkTest.buffer(new byte[] {0x32, 2, 0, 0}), 2, streams, new int[] {7, 8});
    pair.run();
    assertEquals(1, poor.edge().units.size());
    assertEquals(List.of(8), all.get(1).edge().packetIds);
    poor.edge().stream.consumed(128 * 1024);
    pair.run();

    assertArrayEquals(new byte[] {0x32, 2, 0, 7}, poor.edge().units.get(1));
  }

  @Test
  void membersShareOneBufferAndWhatTheFirstMadeOfIt() {
    LinkGroup group = pair.core.group();
    List<ByteBuf> kept = new ArrayList<>();
    List<ByteBuf> encoded = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      pair.gateway.open(
          LinkPair.FACTS,
          new StreamListener() {
            @Override
            public void data(ByteBuf bytes, boolean first, int remaining, boolean droppable) {}

            @Override
            public void multicast(SharedPacket packet) {
              if (packet.encoded() == null) {
                packet.encoded(LinkTest.buffer(new byte[] {(byte) 0x82, 2}));
              }
              encoded.add(packet.encoded().retain());
              kept.add(packet.bytes().retain());
            }

            @Override
            public void closed(CloseReason reason, String text) {}
          });
    }
    pair.run();
    pair.coreListener.opened.forEach(it -> group.add(it.stream));

    group.multicast(packet(2, 1), List.of());
    pair.run();

    assertSame(kept.get(0), kept.get(2));
    assertSame(encoded.get(0), encoded.get(2));
    assertEquals(3, kept.get(0).refCnt());
    kept.forEach(ByteBuf::release);
    encoded.forEach(ByteBuf::release);
  }

  @Test
  void aGatewayThatReadsTooSlowlyLosesMulticastsAndNotTheCoresMemory() {
    LinkGroup group = groupOf(3);
    pair.run();
    pair.coreTransport.hold();

    for (int i = 0; i < 1000; i++) {
      group.multicast(packet(10_000, i), List.of());
      pair.core.flush();
    }
    assertTrue(pair.coreTransport.queuedMax < 256 * 1024 + SendQueues.OVERSHOOT_MAX + 100_000);
    long dropped = pair.core.statistics().droppablesDropped();
    assertTrue(dropped > 0 && dropped % 3 == 0);
    pair.coreTransport.release();
    pair.run();
    group.multicast(packet(10, 1), List.of());
    pair.run();

    assertEquals(1001 - dropped / 3, all.get(0).edge().units.size());
  }

  @Test
  void groupsAreLimitedByTheGateway() {
    LinkSettings few =
        new LinkSettings(
            "gw",
            "i",
            LinkPair.SECRET,
            true,
            65_536,
            65_536,
            10,
            2,
            65_536,
            65_536,
            LinkPair.GATEWAY.handshakeTimeout(),
            LinkPair.GATEWAY.pingInterval(),
            3,
            LinkPair.GATEWAY.closeTimeout());
    LinkPair small = new LinkPair(few, LinkPair.CORE, 65_536).start();

    LinkGroup first = small.core.group();
    small.core.group();

    assertFalse(small.core.canGroup());
    assertThrows(IllegalStateException.class, small.core::group);
    first.dissolve();
    assertTrue(small.core.canGroup());
    small.stop();
  }

  @Test
  void afterTheLinksEndGroupsDoNothing() {
    LinkGroup group = groupOf(2);
    pair.core.close(LinkCloseReason.INTERNAL, "end");
    LinkGroup late = pair.core.group();

    late.add(all.get(0).core().stream);
    late.multicast(packet(10, 1), List.of());
    late.dissolve();
    group.multicast(packet(10, 1), List.of());
    group.dissolve();
    pair.core.multicastList(packet(10, 1), List.of(all.get(0).core().stream));
    pair.core.multicastWithPacketIds(packet(10, 1), 2, List.of(), new int[0]);

    assertEquals(0, late.size());
    assertFalse(pair.core.canGroup());
  }

  @Test
  void aFaultOfOneMembersListenerHarmsNoOther() {
    LinkGroup group = groupOf(1);
    pair.gateway.open(
        LinkPair.FACTS,
        new StreamListener() {
          @Override
          public void data(ByteBuf bytes, boolean first, int remaining, boolean droppable) {}

          @Override
          public void multicast(SharedPacket packet) {
            throw new IllegalStateException("a bug");
          }

          @Override
          public void closed(CloseReason reason, String text) {}
        });
    all.add(pair.open());
    pair.coreListener.opened.forEach(it -> group.add(it.stream));

    group.multicast(packet(10, 1), List.of());
    pair.run();

    assertEquals(1, all.get(0).edge().units.size());
    assertEquals(1, all.get(1).edge().units.size());
    assertEquals(
        CloseReason.IMPLEMENTATION_SPECIFIC_ERROR, pair.coreListener.opened.get(1).closeReason);
  }

  @Test
  void aFaultOfAListenerThatHearsAttributesHarmsNoOtherStream() {
    pair.gateway.open(
        LinkPair.FACTS,
        new StreamListener() {
          @Override
          public void data(ByteBuf bytes, boolean first, int remaining, boolean droppable) {}

          @Override
          public void attributes(StreamAttributes attributes) {
            throw new IllegalStateException("a bug");
          }

          @Override
          public void closed(CloseReason reason, String text) {}
        });
    all.add(pair.open());

    StreamAttributes attributes =
        new StreamAttributes(4, 60, 1000, StreamAttributes.SlowClientPolicy.LATEST, "client");
    pair.coreListener.opened.forEach(it -> it.stream.attributes(attributes));
    pair.run();

    assertTrue(pair.gateway.isReady());
    assertEquals(
        CloseReason.IMPLEMENTATION_SPECIFIC_ERROR, pair.coreListener.opened.get(0).closeReason);
    assertTrue(pair.coreListener.opened.get(1).stream.isOpen());
  }
}

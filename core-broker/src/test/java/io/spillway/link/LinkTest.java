package io.spillway.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.spillway.link.LinkPair.Ends;
import io.spillway.link.StreamAttributes.SlowClientPolicy;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two links back to back: what an application of the link sees. */
class LinkTest {
  private LinkPair pair = new LinkPair();

  @AfterEach
  void stop() {
    pair.stop();
  }

  static ByteBuf buffer(byte[] bytes) {
    return PooledByteBufAllocator.DEFAULT.buffer(bytes.length).writeBytes(bytes);
  }

  static byte[] packet(int length, int seed) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) seed);
    for (int i = 0; i < Math.min(length, 4); i++) {
      bytes[i] = (byte) (seed >> 8 * i);
    }
    return bytes;
  }

  @Test
  void bothEndsKnowEachOtherAfterTheHandshake() {
    pair.start();

    assertEquals("core-1", pair.gatewayListener.peer.id());
    assertEquals("c-instance", pair.gatewayListener.peer.instance());
    assertEquals("gw-1", pair.coreListener.peer.id());
    assertTrue(pair.coreListener.peer.authenticated());
    assertTrue(pair.gatewayListener.peer.authenticated());
    assertTrue(pair.gateway.canOpen());
  }

  @Test
  void everyFactOfAClientReachesTheCore() {
    pair.start();
    OpenFacts facts =
        new OpenFacts(
            new InetSocketAddress("2001:db8::7", 443),
            true,
            "https",
            new InetSocketAddress("10.0.0.1", 8443),
            new OpenFacts.Tls(
                "TLSv1.3",
                "TLS_AES_128_GCM_SHA256",
                "mqtt.example",
                new OpenFacts.Certificate("CN=meter-7", "CN=CA", "0a", "ab12")),
            "/mqtt",
            "mqtt.example:8443",
            "https://page.example",
            "mqttv3.1",
            List.of(new OpenFacts.Header("User-Agent", "Ünicode"), new OpenFacts.Header("X", "")),
            new OpenFacts.Identity(
                "meter-7", "certificate", 1_900_000_000_000L, List.of("read a/#")));

    pair.gateway.open(facts, new RecordingStream());
    pair.gateway.open(LinkPair.FACTS, new RecordingStream());
    pair.run();

    assertEquals(List.of(facts, LinkPair.FACTS), pair.coreListener.facts);
  }

  @Test
  void packetsArriveWholeAndInOrderInBothDirections() {
    pair.start();
    Ends ends = pair.open();

    for (int i = 0; i < 100; i++) {
      assertTrue(ends.edge().stream.send(buffer(packet(2 + i, i)), false));
      assertTrue(ends.core().stream.send(buffer(packet(2 + i * 100, i)), i % 2 == 0));
    }
    pair.run();

    assertEquals(100, ends.core().units.size());
    assertEquals(100, ends.edge().units.size());
    for (int i = 0; i < 100; i++) {
      assertArrayEquals(packet(2 + i, i), ends.core().units.get(i));
      assertArrayEquals(packet(2 + i * 100, i), ends.edge().units.get(i));
      assertEquals(i % 2 == 0, ends.edge().droppable.get(i));
    }
  }

  @Test
  void aBorrowedUnitMayBeOverwrittenAtOnceWhetherItLeavesOrWaits() {
    pair.start();
    Ends ends = pair.open();
    ByteBuffer borrowed = ByteBuffer.allocateDirect(20_000);
    List<byte[]> expected = new ArrayList<>();

    // Together more than the credit, so that the last ones wait.
    int[] lengths = {2, 4096, 4097, 20_000, 20_000, 20_000, 20_000, 5};
    for (int i = 0; i < lengths.length; i++) {
      byte[] unit = packet(lengths[i], i + 1);
      expected.add(unit);
      assertTrue(ends.edge().stream.send(borrowed.clear().put(unit).flip(), false));
      assertFalse(borrowed.hasRemaining());
    }
    pair.run();

    assertEquals(expected.size(), ends.core().units.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), ends.core().units.get(i));
    }
  }

  @Test
  void manyStreamsPacketsLeaveInOneFlush() {
    pair.start();
    List<Ends> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      all.add(pair.open());
    }
    int before = pair.coreTransport.flushes;

    all.forEach(ends -> ends.core().stream.send(packet(100, 7), true));
    pair.core.flush();

    assertEquals(before + 1, pair.coreTransport.flushes);
    pair.run();
    all.forEach(ends -> assertEquals(1, ends.edge().units.size()));
  }

  @Test
  void aPacketOf10MiBComesInPiecesAndLetsOthersPass() {
    pair.start();
    Ends large = pair.open();
    Ends small = pair.open();
    pair.coreTransport.portions(waiting -> 10_000);
    byte[] payload = packet(10 * 1024 * 1024, 77);

    large.core().stream.send(buffer(payload), true);
    pair.core.flush();
    List<Integer> largeBytesAtSmall = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      small.core().stream.send(packet(50, i), true);
    }
    small.edge().onWritable = () -> {};
    while (small.edge().units.size() < 50) {
      int had = small.edge().units.size();
      pair.run();
      largeBytesAtSmall.add(large.edge().bytes);
      assertTrue(small.edge().units.size() > had);
    }
    pair.run();

    assertArrayEquals(payload, large.edge().units.get(0));
    assertTrue(large.edge().pieces >= 160, large.edge().pieces + " pieces");
    assertTrue(pair.coreTransport.queuedMax < 1024 * 1024, pair.coreTransport.queuedMax + " bytes");
  }

  @Test
  void smallPacketsOvertakeALargeOneOfAnotherStream() {
    pair.start();
    Ends large = pair.open();
    Ends small = pair.open();
    int[] largeBytes = {-1};
    RecordingStream edge = small.edge();

    large.core().stream.send(buffer(packet(10 * 1024 * 1024, 77)), true);
    pair.core.flush();
    small.core().stream.send(packet(50, 1), false);
    edge.consumesAtOnce = true;
    while (edge.units.isEmpty()) {
      pair.coreTransport.portions(
          waiting -> {
            if (!edge.units.isEmpty() && largeBytes[0] < 0) {
              largeBytes[0] = large.edge().bytes;
            }
            return 4096;
          });
      pair.run();
    }

    assertTrue(
        largeBytes[0] < 1024 * 1024, largeBytes[0] + " bytes of the large packet came first");
    assertEquals(1, large.edge().units.size());
  }

  @Test
  void aPacketLargerThanTheCreditGoesAsItIsConsumed() {
    pair.start();
    Ends ends = pair.open();
    ends.edge().consumesAtOnce = false;
    byte[] payload = packet(1024 * 1024, 5);

    ends.core().stream.send(buffer(payload), false);
    pair.run();
    int credit = LinkPair.GATEWAY.receiveCredit();
    assertEquals(credit, ends.edge().bytes);
    assertEquals(0, ends.core().stream.credit());
    assertEquals(payload.length - credit, ends.core().stream.bytesQueued());
    while (ends.edge().units.isEmpty()) {
      ends.edge().stream.consumed(ends.edge().stream.bytesUnconsumed());
      pair.run();
    }

    assertArrayEquals(payload, ends.edge().units.get(0));
    assertEquals(0, ends.core().stream.bytesQueued());
    assertEquals(0, ends.core().writable);
    ends.edge().stream.consumed(ends.edge().stream.bytesUnconsumed());
    pair.run();
    assertEquals(1, ends.core().writable);
  }

  @Test
  void droppablePacketsNeedNoCredit() {
    pair.start();
    Ends ends = pair.open();
    ends.edge().consumesAtOnce = false;
    ends.core().stream.send(buffer(packet(128 * 1024, 1)), false);
    assertEquals(0, ends.core().stream.credit());

    ends.core().stream.send(packet(100, 2), true);
    pair.run();

    assertEquals(2, ends.edge().units.size());
  }

  @Test
  void aDroppablePacketWaitsBehindWhatNeedsCredit() {
    pair.start();
    Ends ends = pair.open();
    ends.edge().consumesAtOnce = false;
    ends.core().stream.send(buffer(packet(128 * 1024, 1)), false);
    ends.core().stream.send(packet(100, 2), false);
    ends.core().stream.send(packet(100, 3), true);
    pair.run();
    assertEquals(1, ends.edge().units.size());

    ends.edge().stream.consumed(128 * 1024);
    pair.run();

    assertArrayEquals(packet(100, 2), ends.edge().units.get(1));
    assertArrayEquals(packet(100, 3), ends.edge().units.get(2));
  }

  @Test
  void droppablePacketsBeyondTheBoundAreDroppedAndCounted() {
    pair.start();
    Ends ends = pair.open();
    pair.coreTransport.hold();
    ends.core().stream.send(buffer(packet(256 * 1024, 1)), true);
    pair.core.flush();

    int taken = 0;
    for (int i = 0; i < 1000; i++) {
      taken += ends.core().stream.send(buffer(packet(1024, i)), true) ? 1 : 0;
    }
    pair.coreTransport.release();
    pair.run();

    // The first that waits, and 256 KiB behind it.
    assertEquals(1 + 256, taken);
    assertEquals(1 + 1 + 256, ends.edge().units.size());
    assertEquals(1000 - 257, pair.core.statistics().droppablesDropped());
    assertEquals(0, pair.core.statistics().bytesQueued());
  }

  @Test
  void whoSawAStreamThatIsNotWritableIsToldWhenItIs() {
    pair.start();
    Ends ends = pair.open();
    assertTrue(ends.edge().stream.isWritable());
    ends.core().consumesAtOnce = false;
    ends.edge().stream.send(buffer(packet(128 * 1024, 1)), false);
    assertFalse(ends.edge().stream.isWritable());
    pair.run();
    assertEquals(0, ends.edge().writable);

    ends.core().stream.consumed(64 * 1024);
    pair.run();

    assertEquals(1, ends.edge().writable);
    assertTrue(ends.edge().stream.isWritable());
  }

  @Test
  void aTransportWithRoomAgainIsToldToThoseWhoWaitOnly() {
    pair.start();
    Ends waiting = pair.open();
    Ends other = pair.open();
    pair.coreTransport.hold();
    other.core().stream.send(buffer(packet(256 * 1024, 1)), true);
    pair.core.flush();
    assertFalse(waiting.core().stream.isWritable());

    pair.coreTransport.release();
    pair.run();

    assertEquals(1, waiting.core().writable);
    assertEquals(0, other.core().writable);
  }

  @Test
  void aGatewaySendsAPacketAsItGetsIt() {
    pair.start();
    Ends ends = pair.open();
    byte[] whole = packet(300_000, 9);

    int sent = 0;
    while (sent < whole.length) {
      int length = Math.min(7_000, whole.length - sent);
      byte[] piece = Arrays.copyOfRange(whole, sent, sent + length);
      sent += length;
      assertTrue(ends.edge().stream.send(buffer(piece), whole.length - sent, false));
      pair.run();
    }

    assertArrayEquals(whole, ends.core().units.get(0));
  }

  @Test
  void aPieceThatDoesNotFitIsRefused() {
    pair.start();
    Ends ends = pair.open();
    ends.edge().stream.send(buffer(packet(10, 1)), 10, false);

    assertThrows(
        IllegalArgumentException.class,
        () -> ends.edge().stream.send(buffer(packet(11, 1)), 0, false));
    assertThrows(IllegalArgumentException.class, () -> ends.edge().stream.send(packet(2, 1), true));
  }

  @Test
  void aUnitLargerThanTheCoreTakesEndsItsStreamOnly() {
    pair.stop();
    pair = new LinkPair(LinkPair.GATEWAY, LinkPair.CORE.withReceiving(65_536, 100_000, 10), 65_536);
    pair.start();
    Ends ends = pair.open();
    Ends other = pair.open();

    assertFalse(ends.edge().stream.send(buffer(packet(50_000, 1)), 50_001, false));
    other.edge().stream.send(buffer(packet(100_000, 1)), false);
    pair.run();

    assertEquals(100_000, pair.gatewayListener.peer.unitBytesMax());
    assertEquals(CloseReason.PACKET_TOO_LARGE, ends.edge().closeReason);
    assertEquals(CloseReason.PACKET_TOO_LARGE, ends.core().closeReason);
    assertEquals("packet of 100001 bytes (expected: at most 100000)", ends.core().closeText);
    assertEquals(1, other.core().units.size());
  }

  @Test
  void aClosedStreamIsToldToTheOtherEndAndItsNumberComesBack() {
    pair.start();
    Ends ends = pair.open();

    ends.core().stream.close(CloseReason.NOT_AUTHORIZED, "not in the password file");
    pair.run();

    assertEquals(CloseReason.NOT_AUTHORIZED, ends.edge().closeReason);
    assertEquals("not in the password file", ends.edge().closeText);
    assertNull(ends.core().closeReason);
    assertFalse(ends.edge().stream.send(packet(2, 1), false));
    assertEquals(0, pair.core.statistics().streams());
    assertEquals(0, pair.gateway.statistics().streams());
    assertEquals(ends.edge().stream.id(), pair.open().edge().stream.id());
  }

  @Test
  void bothEndsMayCloseAtTheSameTime() {
    pair.start();
    Ends ends = pair.open();

    ends.core().stream.close(CloseReason.KEEP_ALIVE_TIMEOUT, "");
    ends.edge().stream.close(CloseReason.CLIENT_CLOSED, "");
    pair.run();

    assertNull(ends.core().closeReason);
    assertNull(ends.edge().closeReason);
    assertEquals(0, pair.core.statistics().streams());
    assertEquals(0, pair.gateway.statistics().streams());
  }

  @Test
  void framesForAStreamJustClosedAreDroppedAndCounted() {
    pair.start();
    Ends ends = pair.open();

    ends.core().stream.send(packet(10, 1), false);
    ends.core().stream.send(packet(10, 2), true);
    ends.core()
        .stream
        .attributes(new StreamAttributes(5, 60, Integer.MAX_VALUE, SlowClientPolicy.LATEST, "c"));
    pair.core.flush();
    ends.edge().stream.close(CloseReason.CLIENT_CLOSED, "");
    pair.run();

    assertEquals(3, pair.gateway.statistics().framesForClosedStreams());
    assertEquals(CloseReason.CLIENT_CLOSED, ends.core().closeReason);
    assertNull(pair.gatewayListener.closeReason);
  }

  @Test
  void whatMustNotBeLostLeavesBeforeTheClose() {
    pair.start();
    Ends ends = pair.open();
    ends.edge().consumesAtOnce = false;
    ends.core().stream.send(buffer(packet(128 * 1024, 1)), false);
    ends.core().stream.send(packet(10, 2), false);
    ends.core().stream.send(packet(10, 3), true);
    ends.core().stream.send(packet(10, 4), false);

    ends.core().stream.close(CloseReason.SESSION_TAKEN_OVER, "");
    pair.run();
    assertNull(ends.edge().closeReason);
    ends.edge().stream.consumed(128 * 1024);
    pair.run();

    assertEquals(3, ends.edge().units.size());
    assertArrayEquals(packet(10, 2), ends.edge().units.get(1));
    assertArrayEquals(packet(10, 4), ends.edge().units.get(2));
    assertEquals(CloseReason.SESSION_TAKEN_OVER, ends.edge().closeReason);
  }

  @Test
  void aCloseWaitsForCreditOnlySoLong() {
    pair.start();
    Ends ends = pair.open();
    ends.edge().consumesAtOnce = false;
    ends.core().stream.send(buffer(packet(256 * 1024, 1)), false);

    ends.core().stream.close(CloseReason.SESSION_TAKEN_OVER, "");
    pair.loop.advance(Duration.ofMillis(4900));
    assertNull(ends.edge().closeReason);
    pair.loop.advance(Duration.ofMillis(200));

    assertEquals(CloseReason.SESSION_TAKEN_OVER, ends.edge().closeReason);
    assertEquals(0, pair.core.statistics().bytesQueued());
  }

  @Test
  void attributesAndStatisticsTravel() {
    pair.start();
    Ends ends = pair.open();
    StreamAttributes attributes =
        new StreamAttributes(5, 65_535, 1, SlowClientPolicy.DROP_NEWEST, "clïent");
    EdgeStatistics statistics = new EdgeStatistics(1, 2, 3, 4, 5, 6, Long.MAX_VALUE);

    ends.core().stream.attributes(attributes);
    ends.edge().stream.statistics(statistics);
    pair.gateway.statistics(statistics);
    pair.run();

    assertEquals(List.of(attributes), ends.edge().attributes);
    assertEquals(List.of(statistics), ends.core().statistics);
    assertEquals(List.of(statistics), pair.coreListener.statistics);
  }

  @Test
  void streamsEndWithTheirLink() {
    pair.start();
    Ends ends = pair.open();
    pair.coreTransport.hold();
    ends.core().stream.send(buffer(packet(400_000, 1)), true);
    ends.core().stream.send(buffer(packet(4_000, 1)), false);

    pair.core.close(LinkCloseReason.INTERNAL, "broken");
    pair.run();

    assertEquals(CloseReason.LINK_LOST, ends.edge().closeReason);
    assertEquals(CloseReason.LINK_LOST, ends.core().closeReason);
    assertEquals(LinkCloseReason.INTERNAL, pair.coreListener.closeReason);
    assertFalse(pair.gateway.canOpen());
    assertFalse(ends.core().stream.send(packet(2, 1), false));
    assertEquals(0, pair.core.statistics().bytesQueued());
    assertEquals(0, pair.loop.timers());
  }

  @Test
  void theOtherEndLearnsWhyALinkWasClosed() {
    pair.start();

    pair.core.close(LinkCloseReason.REFUSED, "too many links");
    pair.run();

    assertEquals(LinkCloseReason.REFUSED, pair.gatewayListener.closeReason);
    assertEquals("said by the peer: too many links", pair.gatewayListener.closeText);
  }

  @Test
  void aPeerThatSaysNothingIsDeadAfterThreePings() {
    pair.start();
    pair.loop.advance(Duration.ofSeconds(60));
    assertNull(pair.coreListener.closeReason);
    assertTrue(pair.core.statistics().roundTripNanos() >= 0);

    pair.gatewayTransport.hold();
    pair.loop.advance(Duration.ofSeconds(14));
    assertNull(pair.coreListener.closeReason);
    pair.loop.advance(Duration.ofSeconds(8));

    assertEquals(LinkCloseReason.PEER_DEAD, pair.coreListener.closeReason);
  }

  @Test
  void anOrderlyEndLetsStreamsFinish() {
    pair.start();
    Ends ends = pair.open();

    pair.core.goAway("restart");
    pair.run();
    assertEquals("restart", pair.gatewayListener.goAway);
    assertFalse(pair.gateway.canOpen());
    ends.core().stream.send(packet(10, 1), false);
    pair.run();
    assertEquals(1, ends.edge().units.size());
    ends.edge().stream.close(CloseReason.SERVER_SHUTTING_DOWN, "");
    pair.run();

    assertTrue(pair.coreListener.drained);
    assertEquals(LinkCloseReason.SHUTDOWN, pair.coreListener.closeReason);
    assertEquals(LinkCloseReason.SHUTDOWN, pair.gatewayListener.closeReason);
  }

  @Test
  void aGatewayMayGoAwayToo() {
    pair.start();
    Ends ends = pair.open();

    pair.gateway.goAway("restart");
    pair.run();
    assertFalse(pair.gateway.canOpen());
    ends.edge().stream.close(CloseReason.CLIENT_CLOSED, "");
    pair.run();

    assertTrue(pair.gatewayListener.drained);
    assertEquals(LinkCloseReason.SHUTDOWN, pair.coreListener.closeReason);
  }

  @Test
  void aStreamOpenedWhileTheCoreSaysGoAwayIsRefused() {
    pair.start();
    pair.open();
    pair.core.goAway("restart");
    RecordingStream late = new RecordingStream();
    late.stream = pair.gateway.open(LinkPair.FACTS, late);
    pair.run();

    assertEquals(CloseReason.LINK_DRAINING, late.closeReason);
    assertEquals(1, pair.coreListener.opened.size());
  }

  @Test
  void streamsAreLimitedAndNumbersUsedAgain() {
    pair.stop();
    pair = new LinkPair(LinkPair.GATEWAY, LinkPair.CORE.withReceiving(65_536, 65_536, 3), 65_536);
    pair.start();
    Ends first = pair.open();
    pair.open();
    pair.open();
    assertFalse(pair.gateway.canOpen());
    assertThrows(IllegalStateException.class, () -> pair.open());

    first.edge().stream.close(CloseReason.CLIENT_CLOSED, "");
    assertFalse(pair.gateway.canOpen());
    pair.run();

    assertTrue(pair.gateway.canOpen());
    assertEquals(1, pair.open().edge().stream.id());
  }

  @Test
  void aListenersFaultEndsItsStreamOnly() {
    pair.start();
    Ends healthy = pair.open();
    pair.coreListener.opener =
        (stream, facts) ->
            new StreamListener() {
              @Override
              public void data(ByteBuf bytes, boolean first, int remaining, boolean droppable) {
                throw new IllegalStateException("a bug");
              }

              @Override
              public void closed(CloseReason reason, String text) {}
            };
    RecordingStream edge = new RecordingStream();
    edge.stream = pair.gateway.open(LinkPair.FACTS, edge);

    edge.stream.send(packet(10, 1), false);
    healthy.edge().stream.send(packet(10, 2), false);
    pair.run();

    assertEquals(CloseReason.IMPLEMENTATION_SPECIFIC_ERROR, edge.closeReason);
    assertEquals(1, healthy.core().units.size());
  }

  @Test
  void consumingMoreThanWasReceivedIsAnError() {
    pair.start();
    Ends ends = pair.open();

    assertThrows(IllegalStateException.class, () -> ends.core().stream.consumed(1));
  }

  @Test
  void aCoreCanRefuseAStreamAtOnce() {
    pair.start();
    pair.coreListener.opener =
        (stream, facts) -> {
          stream.close(CloseReason.SERVER_BUSY, "too many clients");
          return new RecordingStream();
        };
    RecordingStream edge = new RecordingStream();
    edge.stream = pair.gateway.open(LinkPair.FACTS, edge);
    edge.stream.send(packet(10, 1), false);
    pair.run();

    assertEquals(CloseReason.SERVER_BUSY, edge.closeReason);
    assertEquals(1, pair.core.statistics().framesForClosedStreams());
  }
}

package io.spillway.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The frames byte by byte, against a scripted peer. */
class ProtocolTest {

  @Test
  void dataTravelsAsSpecified() {
    ScriptedPeer peer = ScriptedPeer.gatewayOfReadyCore();
    peer.open(7);
    RecordingStream stream = peer.listener.opened.get(0);

    peer.send(FrameType.DATA, 7, "04 c000"); // FIRST: a whole PINGREQ
    peer.send(FrameType.DATA, 7, "05 00000005 300301"); // FIRST, MORE: 5 bytes in all
    peer.send(FrameType.DATA, 7, "00 6101"); // the rest

    assertArrayEquals(new byte[] {(byte) 0xc0, 0}, stream.units.get(0));
    assertArrayEquals(new byte[] {0x30, 3, 1, 0x61, 1}, stream.units.get(1));
    stream.stream.send(new byte[] {(byte) 0xd0, 0}, false);
    ScriptedPeer.Frame frame = peer.expect(FrameType.DATA);
    assertEquals(7, frame.stream());
    assertArrayEquals(new byte[] {4, (byte) 0xd0, 0}, frame.payload());
    peer.hangUp();
  }

  @Test
  void creditIsGrantedWhenHalfOfItIsConsumed() {
    ScriptedPeer peer = ScriptedPeer.gatewayOfReadyCore();
    peer.open(1);
    RecordingStream stream = peer.listener.opened.get(0);
    stream.consumesAtOnce = false;
    byte[] data = new byte[1 + 64 * 1024];
    data[0] = 4;
    peer.send(FrameType.DATA, 1, data);
    peer.expectNothing();

    stream.stream.consumed(64 * 1024);

    assertArrayEquals(new byte[] {0, 1, 0, 0}, peer.expect(FrameType.CREDIT).payload());
    peer.hangUp();
  }

  @Test
  void aCloseIsAnsweredAndItsReasonAndTextArrive() {
    ScriptedPeer peer = ScriptedPeer.gatewayOfReadyCore();
    peer.open(1);

    peer.send(FrameType.CLOSE, 1, "02 04 67 6f 6e 65");

    assertEquals(1, peer.expect(FrameType.CLOSED).stream());
    assertEquals(CloseReason.CLIENT_CLOSED, peer.listener.opened.get(0).closeReason);
    assertEquals("gone", peer.listener.opened.get(0).closeText);
    peer.open(1);
    assertEquals(2, peer.listener.opened.size());
    peer.hangUp();
  }

  @Test
  void aReasonOfALaterVersionIsAnUnspecifiedError() {
    ScriptedPeer peer = ScriptedPeer.gatewayOfReadyCore();
    peer.open(1);

    peer.send(FrameType.CLOSE, 1, "fe 00");

    assertEquals(CloseReason.UNSPECIFIED_ERROR, peer.listener.opened.get(0).closeReason);
    peer.hangUp();
  }

  @Test
  void pingIsAnsweredWithItsOwnBytes() {
    ScriptedPeer peer = ScriptedPeer.gatewayOfReadyCore();

    peer.send(FrameType.PING, 0, "ffeeddccbbaa9988");

    assertEquals((byte) 0x88, peer.expect(FrameType.PONG).payload()[7]);
    peer.hangUp();
  }

  @Test
  void unknownFramesWithTheHighBitAreIgnored() {
    ScriptedPeer peer = ScriptedPeer.gatewayOfReadyCore();

    peer.send(0x85, 99, "0102").send(0xff, 0).open(1);

    assertEquals(1, peer.listener.opened.size());
    peer.hangUp();
  }

  /** Each breaks one rule; the link must end with the reason, whoever else is on it. */
  @Test
  void everyBrokenRuleEndsTheLinkOfACore() {
    Object[][] cases = {
      {LinkCloseReason.PROTOCOL_ERROR, 0x7f, 0, ""}, // unknown type
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.HELLO, 0, ""},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.DATA, 2, "04 c000"}, // no such stream
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.DATA, 0, "04 c000"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.DATA, -1, "04 c000"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.DATA, 1, ""},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.DATA, 1, "04"}, // no bytes
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.DATA, 1, "08 c000"}, // unknown flag
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.DATA, 1, "00 c000"}, // nothing to go on with
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.DATA, 1, "06 c000"}, // droppable upwards
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.DATA, 1, "05 00000002 c000"}, // MORE, but none
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.DATA, 1, "05 ffffffff c000"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.DATA, 1, "05 0000"},
      {LinkCloseReason.TOO_LARGE, FrameType.DATA, 1, "05 7fffffff c000"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.CREDIT, 1, "0000"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.CREDIT, 1, "0000000100"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.CREDIT, 9, "00000001"},
      {LinkCloseReason.FLOW_CONTROL, FrameType.CREDIT, 1, "00000000"},
      {LinkCloseReason.FLOW_CONTROL, FrameType.CREDIT, 1, "7fffffff"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.OPEN, 1, "01 0007 04 c0000207 1f90"}, // taken
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.OPEN, 0, "01 0007 04 c0000207 1f90"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.OPEN, 65_537, "01 0007 04 c0000207 1f90"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.OPEN, 2, ""}, // no address
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.OPEN, 2, "01 0007 05 c0000207 1f90"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.OPEN, 2, "01 0008 04 c0000207 1f90"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.OPEN, 2, "01 0007 04 c0000207 1f90 07 0001 ff"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.CLOSE, 1, ""},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.CLOSE, 1, "00 05 61"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.CLOSE, 2, "00 00"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.CLOSED, 1, ""},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.ATTR, 1, "05 0000 00000001 00 0000"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.GROUP_ADD, 1, "01 02"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.MCAST, 1, "00 3000"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.STAT, 0, "00"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.PING, 0, "00"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.PING, 1, "0000000000000000"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.PONG, 0, "00"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.GOAWAY, 0, ""},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.DRAINED, 0, ""},
    };
    for (Object[] broken : cases) {
      ScriptedPeer peer = ScriptedPeer.gatewayOfReadyCore();
      peer.open(1);

      peer.send((Integer) broken[1], (Integer) broken[2], (String) broken[3]);

      try {
        peer.expectGoAway((LinkCloseReason) broken[0]);
      } catch (AssertionError e) {
        throw new AssertionError(
            FrameType.name((Integer) broken[1]) + " " + broken[2] + " " + broken[3], e);
      }
      assertEquals(CloseReason.LINK_LOST, peer.listener.opened.get(0).closeReason);
    }
  }

  @Test
  void everyBrokenRuleEndsTheLinkOfAGateway() {
    Object[][] cases = {
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.OPEN, 2, "01 0007 04 c0000207 1f90"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.STAT, 0, ""},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.ATTR, 1, "05 0000 00000000 00 0000"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.ATTR, 1, "05 0000 00000001 00 0001"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.ATTR, 2, "05 0000 00000001 00 0000"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.GROUP_ADD, 0, "01 02"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.GROUP_ADD, 65_537, "01 02"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.GROUP_ADD, 5, "02 02"}, // one is missing
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.GROUP_ADD, 5, "01 04"}, // stream 2
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.GROUP_ADD, 5, "ffffffff0f 02"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.GROUP_DEL, 5, "00"}, // no such group
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.MCAST, 5, "00 3000"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.MCAST, 4, "00 30"}, // no whole packet
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.MCAST, 4, "7f 3000"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.MCAST_LIST, 0, "01 04 3000"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.MCAST_LIST, 1, "01 02 3000"},
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.MCAST_PID, 0, "02 01 02 0001 3200"}, // past it
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.MCAST_PID, 0, "02 01 02 0000 3202 0000"}, // id 0
      {LinkCloseReason.PROTOCOL_ERROR, FrameType.MCAST_PID, 0, "ffffffff0f 01 02 0001 3202 0000"},
    };
    for (Object[] broken : cases) {
      ScriptedPeer peer = ScriptedPeer.coreOfReadyGateway();
      RecordingStream stream = new RecordingStream();
      stream.stream = peer.link.open(LinkPair.FACTS, stream);
      peer.expect(FrameType.OPEN);
      peer.send(FrameType.GROUP_ADD, 4, "01 02");

      peer.send((Integer) broken[1], (Integer) broken[2], (String) broken[3]);

      try {
        peer.expectGoAway((LinkCloseReason) broken[0]);
      } catch (AssertionError e) {
        throw new AssertionError(
            FrameType.name((Integer) broken[1]) + " " + broken[2] + " " + broken[3], e);
      }
      assertEquals(CloseReason.LINK_LOST, stream.closeReason);
    }
  }

  @Test
  void aPeerThatIgnoresItsCreditIsEnded() {
    ScriptedPeer peer = ScriptedPeer.gatewayOfReadyCore();
    peer.open(1);
    peer.listener.opened.get(0).consumesAtOnce = false;
    byte[] data = new byte[1 + 100_000];
    data[0] = 4;

    peer.send(FrameType.DATA, 1, data).send(FrameType.DATA, 1, data);

    peer.expectGoAway(LinkCloseReason.FLOW_CONTROL);
  }

  @Test
  void aFrameAboveTheLimitIsRefusedByItsHeader() {
    ScriptedPeer peer = ScriptedPeer.gatewayOfReadyCore();

    peer.raw(new byte[] {0x10, 0, 1, FrameType.DATA, 0, 0, 0, 1});

    peer.expectGoAway(LinkCloseReason.TOO_LARGE);
  }

  @Test
  void aPeersFatalGoAwayEndsTheLinkWithItsReason() {
    ScriptedPeer peer = ScriptedPeer.gatewayOfReadyCore();

    peer.send(FrameType.GOAWAY, 0, "05 02 6e6f");

    assertEquals(LinkCloseReason.TOO_LARGE, peer.listener.closeReason);
    assertEquals("said by the peer: no", peer.listener.closeText);
    assertTrue(peer.closed);
  }

  @Test
  void multicastTravelsAsSpecified() {
    ScriptedPeer peer = ScriptedPeer.gatewayOfReadyCore();
    for (int id = 1; id <= 5; id++) {
      peer.open(id);
    }
    List<LinkStream> streams = peer.listener.opened.stream().map(it -> it.stream).toList();
    LinkGroup group = peer.link.group();

    group.add(streams.get(0));
    group.add(streams.get(4));
    group.remove(streams.get(4));
    group.multicast(LinkTest.buffer(new byte[] {0x30, 0}), List.of(streams.get(0)));
    group.add(streams.get(2));
    group.multicast(LinkTest.buffer(new byte[] {0x30, 0}), List.of(streams.get(0)));
    group.dissolve();
    peer.link.multicastList(
        LinkTest.buffer(new byte[] {0x30, 1, 2}), List.of(streams.get(4), streams.get(1)));
    peer.link.multicastWithPacketIds(
        LinkTest.buffer(new byte[] {0x32, 2, 0, 0}), 2, streams.subList(0, 2), new int[] {5, 258});

    assertArrayEquals(new byte[] {1, 2}, peer.expect(FrameType.GROUP_ADD).payload());
    assertArrayEquals(new byte[] {1, 10}, peer.expect(FrameType.GROUP_ADD).payload());
    assertArrayEquals(new byte[] {1, 10}, peer.expect(FrameType.GROUP_DEL).payload());
    assertArrayEquals(new byte[] {1, 6}, peer.expect(FrameType.GROUP_ADD).payload());
    ScriptedPeer.Frame multicast = peer.expect(FrameType.MCAST);
    assertEquals(1, multicast.stream());
    assertArrayEquals(new byte[] {1, 2, 0x30, 0}, multicast.payload());
    assertArrayEquals(new byte[] {0}, peer.expect(FrameType.GROUP_DEL).payload());
    // Stream 5, then three down to 2: steps 5 and -3.
    assertArrayEquals(
        new byte[] {2, 10, 5, 0x30, 1, 2}, peer.expect(FrameType.MCAST_LIST).payload());
    assertArrayEquals(
        new byte[] {2, 2, 2, 0, 5, 2, 1, 2, 0x32, 2, 0, 0},
        peer.expect(FrameType.MCAST_PID).payload());
    peer.expectNothing();
    peer.hangUp();
  }

  @Test
  void theSameBytesInAnyPortionsSayTheSame() {
    Random random = new Random(17);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    List<byte[]> sent = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      byte[] packet = LinkTest.packet(1 + random.nextInt(random.nextInt(20) == 0 ? 9000 : 60), i);
      sent.add(packet);
      byte[] payload = new byte[packet.length + 1];
      payload[0] = 4;
      System.arraycopy(packet, 0, payload, 1, packet.length);
      all.writeBytes(ScriptedPeer.frame(FrameType.DATA, 1, payload));
      if (i % 10 == 0) {
        all.writeBytes(ScriptedPeer.frame(FrameType.PING, 0, new byte[8]));
      }
    }
    byte[] bytes = all.toByteArray();

    for (int round = 0; round < 15; round++) {
      ScriptedPeer peer = ScriptedPeer.gatewayOfReadyCore();
      peer.open(1);
      int portionMax = round == 0 ? 1 : 1 + random.nextInt(1 << random.nextInt(14));
      for (int at = 0; at < bytes.length; ) {
        int length = Math.min(bytes.length - at, 1 + random.nextInt(portionMax));
        ByteBuf in = Unpooled.wrappedBuffer(bytes, at, length);
        peer.link.received(in);
        peer.link.receiveComplete();
        assertEquals(0, in.readableBytes());
        at += length;
      }

      List<byte[]> got = peer.listener.opened.get(0).units;
      assertEquals(sent.size(), got.size());
      for (int i = 0; i < sent.size(); i++) {
        assertArrayEquals(sent.get(i), got.get(i));
      }
      peer.hangUp();
    }
  }

  @Test
  void randomFramesEndTheLinkInNoOtherWay() {
    Random random = new Random(99);
    int survived = 0;
    for (int round = 0; round < 400; round++) {
      boolean gateway = round % 2 == 0;
      ScriptedPeer peer =
          gateway ? ScriptedPeer.coreOfReadyGateway() : ScriptedPeer.gatewayOfReadyCore();
      prepare(peer, gateway);
      for (int i = 0; i < 20 && peer.listener.closeReason == null; i++) {
        peer.raw(randomFrame(random));
      }

      LinkCloseReason reason = peer.listener.closeReason;
      assertTrue(reason != LinkCloseReason.INTERNAL || peer.listener.closeText.startsWith("said"));
      survived += reason == null ? 1 : 0;
      peer.hangUp();
    }
    assertTrue(survived < 400);
  }

  @Test
  void randomBytesEndTheLinkInNoOtherWay() {
    Random random = new Random(98);
    for (int round = 0; round < 300; round++) {
      boolean gateway = round % 2 == 0;
      ScriptedPeer peer =
          gateway ? ScriptedPeer.coreOfReadyGateway() : ScriptedPeer.gatewayOfReadyCore();
      prepare(peer, gateway);
      byte[] bytes = new byte[random.nextInt(2000)];
      random.nextBytes(bytes);

      peer.raw(bytes);

      assertTrue(peer.listener.closeReason != LinkCloseReason.INTERNAL);
      peer.hangUp();
    }
  }

  /** Streams 1 to 3, of which 3 is closed by this end and waits for the answer; group 1. */
  private static void prepare(ScriptedPeer peer, boolean gateway) {
    if (gateway) {
      for (int id = 1; id <= 3; id++) {
        RecordingStream stream = new RecordingStream();
        stream.stream = peer.link.open(LinkPair.FACTS, stream);
        if (id == 3) {
          stream.stream.close(CloseReason.NORMAL, "");
        }
      }
      peer.link.flush();
      peer.loop.run();
      peer.send(FrameType.GROUP_ADD, 1, "02 02 02");
    } else {
      peer.open(1).open(2).open(3);
      peer.listener.opened.get(2).stream.close(CloseReason.NORMAL, "");
      peer.link.flush();
      peer.loop.run();
    }
  }

  private static byte[] randomFrame(Random random) {
    int[] types = {
      FrameType.OPEN,
      FrameType.CLOSE,
      FrameType.CLOSED,
      FrameType.ATTR,
      FrameType.DATA,
      FrameType.DATA,
      FrameType.CREDIT,
      FrameType.STAT,
      FrameType.GROUP_ADD,
      FrameType.GROUP_DEL,
      FrameType.MCAST,
      FrameType.MCAST_LIST,
      FrameType.MCAST_PID,
      FrameType.PING,
      FrameType.PONG,
      FrameType.GOAWAY,
      FrameType.DRAINED,
      random.nextInt(256)
    };
    byte[] payload = new byte[random.nextInt(random.nextInt(4) == 0 ? 300 : 12)];
    for (int i = 0; i < payload.length; i++) {
      payload[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : random.nextInt(5));
    }
    int stream = random.nextInt(10) == 0 ? random.nextInt() : random.nextInt(4);
    return ScriptedPeer.frame(types[random.nextInt(types.length)], stream, payload);
  }

  @Test
  void aFrameIsOneLineInTheTrace() {
    ByteBuf payload = PooledByteBufAllocator.DEFAULT.buffer();
    payload.writeByte(7).writeInt(70_000).writeZero(10);

    String line = FrameTrace.line("->", "gw-1", FrameType.DATA, 17, 15, payload);

    assertEquals("-> gw-1 DATA 17 15 bytes MORE DROPPABLE", line);
    assertEquals(0, payload.readerIndex());
    payload.release();
  }

  @Test
  void theTraceTellsHowManyStreamsAMulticastIsFor() {
    // Of 300 streams the beginning of the list, as far as it has been written.
    ByteBuf list = Unpooled.wrappedBuffer(new byte[] {(byte) 0xAC, 2, 2, 2, 2});
    ByteBuf identified = Unpooled.wrappedBuffer(new byte[] {9, 3, 2, 0, 1, 2, 0, 1, 2, 0, 1});

    assertEquals(
        "-> gw-1 MCAST_LIST 0 400 bytes for 300 streams",
        FrameTrace.line("->", "gw-1", FrameType.MCAST_LIST, 0, 400, list));
    assertEquals(
        "-> gw-1 MCAST_PID 0 90 bytes for 3 streams",
        FrameTrace.line("->", "gw-1", FrameType.MCAST_PID, 0, 90, identified));
    assertEquals(
        "-> gw-1 MCAST 3 90 bytes without 300 streams",
        FrameTrace.line("->", "gw-1", FrameType.MCAST, 3, 90, list));
  }

  @Test
  void everyCloseReasonHasItsOwnCodeAndIsFoundByMqttsReasonCode() {
    for (CloseReason reason : CloseReason.values()) {
      if (reason != CloseReason.LINK_LOST) {
        assertEquals(reason, CloseReason.of(reason.code()));
      }
      assertEquals(
          reason.mqttReasonCode(), CloseReason.ofMqtt(reason.mqttReasonCode()).mqttReasonCode());
    }
    assertEquals(CloseReason.NOT_AUTHORIZED, CloseReason.ofMqtt(0x87));
    assertEquals(CloseReason.SERVER_UNAVAILABLE, CloseReason.ofMqtt(0x88));
    assertEquals(CloseReason.UNSPECIFIED_ERROR, CloseReason.of(255));
    assertNull(new LinkException(LinkCloseReason.VERSION, "").getCause());
  }
}

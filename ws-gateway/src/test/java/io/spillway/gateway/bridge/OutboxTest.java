package io.spillway.gateway.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutboxTest {
  private final QueuedBytes total = new QueuedBytes(1_000_000);
  private final List<ByteBuf> made = new ArrayList<>();

  @AfterEach
  void everyBufferIsReleased() {
    for (ByteBuf buffer : made) {
      assertEquals(0, buffer.refCnt());
    }
    assertEquals(0, total.bytes());
  }

  @Test
  void packetsLeaveInTheOrderTheyCame() {
    Outbox outbox = outbox(1000, SlowClientPolicy.DROP_OLDEST);

    outbox.offer(publish("a", "1"), true, 0, true);
    outbox.offer(publish("b", "2"), true, 0, false);
    outbox.offer(publish("a", "3"), true, 0, true);

    assertEquals(List.of("a=1", "b=2", "a=3"), drain(outbox));
  }

  @Test
  void theOldestDroppablePacketMakesRoom() {
    int size = length("t", "1");
    Outbox outbox = outbox(2 * size, SlowClientPolicy.DROP_OLDEST);

    outbox.offer(publish("k", "0"), true, 0, false);
    outbox.offer(publish("t", "1"), true, 0, true);
    outbox.offer(publish("t", "2"), true, 0, true);
    outbox.offer(publish("t", "3"), true, 0, true);

    assertEquals(1, outbox.packetsDropped());
    assertEquals(size, outbox.bytesDropped());
    assertEquals(List.of("k=0", "t=2", "t=3"), drain(outbox));
  }

  @Test
  void theNewestDroppablePacketIsRefused() {
    Outbox outbox = outbox(2 * length("t", "1"), SlowClientPolicy.DROP_NEWEST);

    outbox.offer(publish("t", "1"), true, 0, true);
    outbox.offer(publish("t", "2"), true, 0, true);
    Outbox.Offer third = outbox.offer(publish("t", "3"), true, 0, true);

    assertEquals(Outbox.Offer.DROPPED, third);
    assertEquals(List.of("t=1", "t=2"), drain(outbox));
  }

  @Test
  void aNewerValueReplacesTheWaitingOneOfItsTopic() {
    Outbox outbox = outbox(1000, SlowClientPolicy.LATEST);

    for (int i = 0; i < 100; i++) {
      outbox.offer(publish("a", "" + i), true, 0, true);
      outbox.offer(publish("b", "" + i), true, 0, true);
    }

    assertEquals(198, outbox.packetsReplaced());
    assertEquals(0, outbox.packetsDropped());
    assertEquals(List.of("a=99", "b=99"), drain(outbox));
  }

  @Test
  void aNewerValueComesAfterAnOlderOneThatMayNotBeDropped() {
    Outbox outbox = outbox(1000, SlowClientPolicy.LATEST);

    outbox.offer(publish("a", "1"), true, 0, true);
    outbox.offer(publish("a", "2"), true, 0, false);
    outbox.offer(publish("a", "3"), true, 0, true);

    assertEquals(List.of("a=2", "a=3"), drain(outbox));
  }

  @Test
  void anEmptyOutboxTakesAMessageOfAnySize() {
    Outbox outbox = outbox(10, SlowClientPolicy.DROP_NEWEST);

    outbox.offer(publish("t", "x".repeat(5000)), true, 0, true);
    Outbox.Offer second = outbox.offer(publish("t", "2"), true, 0, true);

    assertEquals(Outbox.Offer.DROPPED, second);
    assertEquals(List.of("t=" + "x".repeat(5000)), drain(outbox));
  }

  @Test
  void aMessageBegunIsNeverDropped() {
    Outbox outbox = outbox(40, SlowClientPolicy.DROP_OLDEST);
    ByteBuf large = publish("t", "x".repeat(60));
    ByteBuf begin = track(large.readRetainedSlice(30));
    outbox.offer(begin, true, large.readableBytes(), true);
    assertEquals(large.readableBytes() + 30, outbox.headPacketLength());
    ByteBuf taken = outbox.take();

    outbox.offer(large, false, 0, true);
    outbox.offer(publish("u", "1"), true, 0, true);

    assertEquals(0, outbox.packetsDropped() - 1, "the small one gave way");
    assertFalse(outbox.headBegins());
    ByteBuf rest = outbox.take();
    assertEquals(30 + rest.readableBytes(), length("t", "x".repeat(60)));
    assertTrue(outbox.isEmpty());
    taken.release();
    rest.release();
  }

  @Test
  void aMessageWhoseBeginningWasDroppedIsDroppedWhole() {
    Outbox outbox = outbox(10, SlowClientPolicy.DROP_NEWEST);
    outbox.offer(publish("t", "first"), true, 0, true);
    ByteBuf large = publish("t", "x".repeat(60));

    outbox.offer(track(large.readRetainedSlice(30)), true, large.readableBytes(), true);
    outbox.offer(large, false, 0, true);

    assertEquals(1, outbox.packetsDropped());
    assertEquals(List.of("t=first"), drain(outbox));
  }

  @Test
  void aMessageThatIsStillArrivingIsDroppedWithItsRest() {
    Outbox outbox = outbox(1000, SlowClientPolicy.LATEST);
    ByteBuf large = publish("t", "x".repeat(60));
    outbox.offer(track(large.readRetainedSlice(30)), true, large.readableBytes(), true);

    outbox.offer(large, false, 0, true);
    outbox.offer(publish("t", "new"), true, 0, true);

    assertEquals(List.of("t=new"), drain(outbox));
  }

  @Test
  void theSumOverAllOutboxesIsBounded() {
    QueuedBytes small = new QueuedBytes(100);
    Outbox one = new Outbox(new Outbox.Limits(1000, SlowClientPolicy.DROP_NEWEST, small));
    Outbox two = new Outbox(new Outbox.Limits(1000, SlowClientPolicy.DROP_NEWEST, small));

    Outbox.Offer first = one.offer(publish("t", "x".repeat(80)), true, 0, false);
    Outbox.Offer second = two.offer(publish("t", "x".repeat(80)), true, 0, true);
    Outbox.Offer third = two.offer(publish("t", "x".repeat(80)), true, 0, false);

    assertEquals(Outbox.Offer.QUEUED, first);
    assertEquals(Outbox.Offer.DROPPED, second);
    assertEquals(Outbox.Offer.REFUSED, third);
    one.clear();
    assertEquals(0, small.bytes());
  }

  @Test
  void theEdgesOwnPacketsCostNoCredit() {
    Outbox outbox = outbox(1000, SlowClientPolicy.DROP_OLDEST);
    outbox.offerOwn(track(Unpooled.buffer().writeShort(0xD000)));
    outbox.offer(publish("t", "1"), true, 0, false);

    int own = outbox.headCredit();
    outbox.take().release();
    int paid = outbox.headCredit();

    assertEquals(0, own);
    assertEquals(length("t", "1"), paid);
    outbox.clear();
  }

  /**
   * Whatever is offered and taken, in whatever order: nothing undroppable is lost, all in order.
   */
  @ParameterizedTest
  @EnumSource(SlowClientPolicy.class)
  void randomTrafficKeepsEveryPromise(SlowClientPolicy policy) {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int bytesMax = 20 + random.nextInt(400);
      Outbox outbox = outbox(bytesMax, policy);
      Traffic traffic = new Traffic(outbox, random, bytesMax);

      for (int i = 0; i < 400; i++) {
        if (random.nextInt(3) > 0) {
          traffic.offer();
        } else {
          traffic.take();
        }
      }
      traffic.takeAll();

      traffic.verify(policy, "seed " + seed);
    }
  }

  /** Offers numbered packets and takes them back, noting both. */
  private final class Traffic {
    private final Outbox outbox;
    private final Random random;
    private final int bytesMax;
    private final List<String> kept = new ArrayList<>();
    private final List<String> offered = new ArrayList<>();
    private final List<String> received = new ArrayList<>();
    private final Map<String, String> newest = new HashMap<>();
    private ByteBuf partial;
    private int number;

    Traffic(Outbox outbox, Random random, int bytesMax) {
      this.outbox = outbox;
      this.random = random;
      this.bytesMax = bytesMax;
    }

    void offer() {
      boolean droppable = random.nextInt(4) > 0;
      String topic = "topic" + random.nextInt(5);
      String payload = number++ + "x".repeat(random.nextInt(40));
      String text = topic + "=" + payload;
      offered.add(text);
      if (droppable) {
        newest.put(topic, text);
      } else {
        kept.add(text);
      }
      ByteBuf packet = publish(topic, payload);
      if (random.nextInt(4) > 0) {
        outbox.offer(packet, true, 0, droppable);
        check();
        return;
      }
      boolean first = true;
      while (first || packet.isReadable()) {
        int n = Math.min(packet.readableBytes(), 12 + random.nextInt(20));
        ByteBuf piece = track(packet.readRetainedSlice(n));
        outbox.offer(piece, first, packet.readableBytes(), droppable);
        first = false;
        check();
        if (packet.isReadable() && random.nextInt(3) == 0) {
          take();
        }
      }
      packet.release();
    }

    private void check() {
      assertTrue(total.bytes() == outbox.bytes());
    }

    void take() {
      if (outbox.isEmpty()) {
        return;
      }
      assertEquals(partial == null, outbox.headBegins());
      boolean more = outbox.headGoesOn();
      ByteBuf packet = outbox.take();
      partial = partial == null ? Unpooled.buffer() : partial;
      partial.writeBytes(packet, packet.readerIndex(), packet.readableBytes());
      packet.release();
      if (!more) {
        received.add(text(partial));
        partial = null;
      }
    }

    void takeAll() {
      while (!outbox.isEmpty()) {
        take();
      }
    }

    void verify(SlowClientPolicy policy, String seed) {
      List<String> keptReceived = new ArrayList<>(received);
      keptReceived.retainAll(new HashSet<>(kept));
      assertEquals(kept, keptReceived, seed);
      assertTrue(isSubsequence(received, offered), seed);
      int lost = offered.size() - received.size();
      assertEquals(lost, outbox.packetsDropped() + outbox.packetsReplaced(), seed);
      Set<String> all = new HashSet<>(received);
      assertEquals(received.size(), all.size(), seed);
      if (policy == SlowClientPolicy.LATEST && bytesMax > 300) {
        for (String text : newest.values()) {
          assertTrue(all.contains(text), seed + " lost " + text);
        }
      }
    }
  }

  private static boolean isSubsequence(List<String> part, List<String> whole) {
    int at = 0;
    for (String text : whole) {
      if (at < part.size() && part.get(at).equals(text)) {
        at++;
      }
    }
    return at == part.size();
  }

  private Outbox outbox(int bytesMax, SlowClientPolicy policy) {
    return new Outbox(new Outbox.Limits(bytesMax, policy, total));
  }

  private List<String> drain(Outbox outbox) {
    List<String> texts = new ArrayList<>();
    ByteBuf whole = Unpooled.buffer();
    while (!outbox.isEmpty()) {
      boolean more = outbox.headGoesOn();
      ByteBuf packet = outbox.take();
      whole.writeBytes(packet, packet.readerIndex(), packet.readableBytes());
      packet.release();
      if (!more) {
        texts.add(text(whole));
        whole.clear();
      }
    }
    return texts;
  }

  private static String text(ByteBuf packet) {
    int at = packet.readerIndex() + (packet.getByte(packet.readerIndex() + 1) < 0 ? 3 : 2);
    int length = packet.getUnsignedShort(at);
    String topic = packet.toString(at + 2, length, StandardCharsets.UTF_8);
    int payloadAt = at + 2 + length;
    return topic
        + "="
        + packet.toString(payloadAt, packet.writerIndex() - payloadAt, StandardCharsets.UTF_8);
  }

  private static int length(String topic, String payload) {
    int remaining = 2 + topic.length() + payload.length();
    return remaining + (remaining > 127 ? 3 : 2);
  }

  /** A PUBLISH of QoS 0; with a two-byte length only where it must be. */
  private ByteBuf publish(String topic, String payload) {
    int remaining = 2 + topic.length() + payload.length();
    ByteBuf packet = Unpooled.buffer();
    packet.writeByte(0x30);
    if (remaining > 127) {
      packet.writeByte(remaining & 0x7F | 0x80).writeByte(remaining >> 7);
    } else {
      packet.writeByte(remaining);
    }
    packet.writeShort(topic.length());
    ByteBufUtil.writeUtf8(packet, topic);
    ByteBufUtil.writeUtf8(packet, payload);
    return track(packet);
  }

  private ByteBuf track(ByteBuf buffer) {
    made.add(buffer);
    return buffer;
  }
}

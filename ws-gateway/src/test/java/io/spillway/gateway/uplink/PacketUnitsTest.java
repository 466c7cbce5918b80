package io.spillway.gateway.uplink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.spillway.mqtt.ProtocolException;
import io.spillway.mqtt.ReasonCode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacketUnitsTest {
  private static final int ANY = 1_000_000;

  @Test
  void severalPacketsInOneSliceAreOneUnit() {
    Recorder recorder = new Recorder();

    recorder.feed(join(packet(0x30, 5), packet(0x30, 200), packet(0xC0, 0)), ANY);

    assertEquals(1, recorder.units.size());
    assertEquals(List.of(0x30, 0x30, 0xC0), recorder.firstBytes);
    assertFalse(recorder.cutter.isWithinPacket());
  }

  @Test
  void anUnwantedPacketIsLeftOut() {
    Recorder recorder = new Recorder();
    recorder.unwanted = 0xC0;

    byte[] publish = packet(0x30, 5);
    recorder.feed(join(packet(0xC0, 0), publish, packet(0xC0, 0), publish), ANY);

    assertEquals(2, recorder.units.size());
    assertArrayEquals(join(publish, publish), recorder.bytes());
  }

  @Test
  void aLargePacketIsHandedOnInPiecesAsItArrives() {
    Recorder recorder = new Recorder();
    byte[] packet = packet(0x32, 100_000);

    for (int from = 0; from < packet.length; from += 9_000) {
      recorder.feed(Arrays.copyOfRange(packet, from, Math.min(packet.length, from + 9_000)), ANY);
    }

    assertEquals(12, recorder.units.size());
    assertArrayEquals(packet, recorder.bytes());
    assertEquals(List.of(0x32), recorder.firstBytes);
  }

  @Test
  void anyWayOfCuttingTheBytesGivesTheSamePackets() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      List<Integer> expected = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        int type = 0x30 + 2 * random.nextInt(2);
        int length = random.nextInt(8) == 0 ? random.nextInt(60_000) : random.nextInt(300);
        all.writeBytes(packet(type, length));
        expected.add(type);
      }
      Recorder recorder = new Recorder();
      byte[] bytes = all.toByteArray();

      for (int from = 0; from < bytes.length; ) {
        int n = 1 + random.nextInt(random.nextBoolean() ? 4 : 20_000);
        int to = Math.min(bytes.length, from + n);
        recorder.feed(Arrays.copyOfRange(bytes, from, to), ANY);
        from = to;
      }

      assertArrayEquals(bytes, recorder.bytes(), "seed " + seed);
      assertEquals(expected, recorder.firstBytes, "seed " + seed);
      assertTrue(recorder.unitsAreWhole, "seed " + seed);
      assertFalse(recorder.cutter.isWithinPacket());
    }
  }

  @Test
  void aPacketBeyondTheMaximumIsRefusedByItsHeaderAndWhatCameBeforeIsHandedOn() {
    Recorder recorder = new Recorder();
    byte[] small = packet(0x30, 10);
    byte[] tooLong = Arrays.copyOf(packet(0x30, 2000), 3);

    ProtocolException refusal =
        assertThrows(
            ProtocolException.class, () -> recorder.feed(join(small, small, tooLong), 1000));

    assertEquals(ReasonCode.PACKET_TOO_LARGE, refusal.reasonCode());
    assertArrayEquals(join(small, small), recorder.bytes());
  }

  @Test
  void aLengthOfFiveBytesIsMalformedHoweverItIsCut() {
    byte[] malformed = {0x30, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 1};
    for (int cut = 1; cut < 5; cut++) {
      Recorder recorder = new Recorder();
      byte[] head = Arrays.copyOf(malformed, cut);
      byte[] rest = Arrays.copyOfRange(malformed, cut, malformed.length);
      recorder.feed(head, ANY);

      ProtocolException refusal =
          assertThrows(ProtocolException.class, () -> recorder.feed(rest, ANY));

      assertEquals(ReasonCode.MALFORMED_PACKET, refusal.reasonCode());
      recorder.cutter.clear();
    }
  }

  /** Puts units together again, and checks that pieces count down to the end. */
  private static final class Recorder implements PacketUnits.Sink {
    final PacketUnits cutter = new PacketUnits(this, UnpooledByteBufAllocator.DEFAULT);
    final List<byte[]> units = new ArrayList<>();
    final List<Integer> firstBytes = new ArrayList<>();
    int unwanted = -1;
    boolean unitsAreWhole = true;
    private int expectedRemaining;

    void feed(byte[] bytes, int lengthMax) {
      ByteBuffer slice = ByteBuffer.wrap(bytes);
      cutter.feed(slice, lengthMax);
      assertFalse(slice.hasRemaining());
    }

    byte[] bytes() {
      return join(units.toArray(new byte[0][]));
    }

    @Override
    public boolean packet(int firstByte, int length) {
      firstBytes.add(firstByte);
      return firstByte != unwanted;
    }

    @Override
    public void packets(ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      units.add(copy);
      unitsAreWhole &= expectedRemaining == 0;
    }

    @Override
    public void unit(ByteBuf bytes, boolean first, int remaining) {
      byte[] copy = new byte[bytes.readableBytes()];
      bytes.readBytes(copy).release();
      units.add(copy);
      unitsAreWhole &= first == (expectedRemaining == 0);
      unitsAreWhole &= first || expectedRemaining - copy.length == remaining;
      expectedRemaining = remaining;
    }
  }

  private static byte[] packet(int firstByte, int remainingLength) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(firstByte);
    int rest = remainingLength;
    do {
      out.write(rest > 127 ? rest & 0x7F | 0x80 : rest);
      rest >>= 7;
    } while (rest > 0);
    for (int i = 0; i < remainingLength; i++) {
      out.write(i);
    }
    return out.toByteArray();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}

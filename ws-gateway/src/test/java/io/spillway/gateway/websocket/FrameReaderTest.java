package io.spillway.gateway.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The reader alone: pieces of any size, and no message put together. */
class FrameReaderTest {

  /** Two fragments with a ping between, a medium and a large message, and a close frame. */
  private static byte[] conversation() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(RawClient.frame(0x02, FramingTest.pattern(5)));
    bytes.writeBytes(RawClient.frame(0x89, FramingTest.pattern(3)));
    bytes.writeBytes(RawClient.frame(0x80, FramingTest.pattern(6)));
    bytes.writeBytes(RawClient.frame(0x82, FramingTest.pattern(300)));
    bytes.writeBytes(RawClient.frame(0x82, new byte[0]));
    bytes.writeBytes(RawClient.frame(0x82, FramingTest.pattern(65536)));
    bytes.writeBytes(RawClient.frame(0x88, new byte[] {3, (byte) 0xE8}));
    return bytes.toByteArray();
  }

  @Test
  void aSplitAtAnyByteChangesNothing() {
    byte[] bytes = conversation();
    List<String> whole = readInPieces(bytes, bytes.length);
    assertEquals(6, whole.size());

    for (int split = 1; split < 800; split++) {
      Heard heard = new Heard();
      FrameReader reader = new FrameReader(heard);
      byte[] own = bytes.clone();
      readAll(reader, ByteBuffer.wrap(own, 0, split));
      readAll(reader, ByteBuffer.wrap(own, split, own.length - split));
      assertEquals(whole, heard.events, "split at " + split);
    }
  }

  @Test
  void piecesOfAnySizeChangeNothing() {
    byte[] bytes = conversation();
    List<String> whole = readInPieces(bytes, bytes.length);

    for (int size = 1; size < 40; size++) {
      assertEquals(whole, readInPieces(bytes, size), "pieces of " + size);
    }
  }

  @Test
  void aSliceIsHandedOnBeforeItsFrameIsWhole() {
    Heard heard = new Heard();
    FrameReader reader = new FrameReader(heard);
    byte[] head = RawClient.bytes("82 FF 7FFFFFFFFFFFFFFF 00000000 41 42 43");

    readAll(reader, ByteBuffer.wrap(head));

    assertArrayEquals(new byte[] {'A', 'B', 'C'}, heard.message.toByteArray());
    assertEquals(List.of(), heard.events);
  }

  @Test
  void unmaskingIsRightAtEveryOffsetAndLength() {
    byte[] clear = FramingTest.pattern(64);
    int key = 0x8F1E2D3C;
    for (int offset = 0; offset < 8; offset++) {
      for (int length = 0; length <= 40; length++) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(64);
        for (int i = 0; i < length; i++) {
          bytes.put(3 + i, (byte) (clear[i] ^ key >>> 24 - 8 * (offset + i & 3)));
        }
        bytes.position(3).limit(3 + length);

        Masking.unmask(bytes, key, offset);

        for (int i = 0; i < length; i++) {
          assertEquals(clear[i], bytes.get(3 + i), offset + " " + length + " " + i);
        }
        assertEquals(0, bytes.clear().get(2));
        assertEquals(0, bytes.get(3 + length));
      }
    }
  }

  @Test
  void aReasonThatIsTooLongEndsAtAWholeCharacter() {
    ClosePayload close = new ClosePayload(1000, "ä".repeat(100));

    byte[] bytes = close.bytes();

    assertEquals(124, bytes.length);
    assertEquals("ä".repeat(61), ClosePayload.parse(bytes).reason());
  }

  @Test
  void codesThatMayBeSentAreThoseOfTheRegistry() {
    List<Integer> valid = new ArrayList<>();
    for (int code = 0; code <= 65535; code++) {
      if (CloseCode.isValidOnTheWire(code)) {
        valid.add(code);
      }
    }

    assertEquals(12 + 2000, valid.size());
    assertTrue(valid.containsAll(List.of(1000, 1003, 1007, 1014, 3000, 4999)));
  }

  @Test
  void aViolationCarriesItsCode() {
    FrameReader reader = new FrameReader(new Heard());

    Violation text =
        assertThrows(
            Violation.class, () -> readAll(reader, ByteBuffer.wrap(RawClient.bytes("81"))));

    assertEquals(CloseCode.UNSUPPORTED_DATA, text.closeCode());
    assertEquals(0, text.getStackTrace().length);
  }

  private static List<String> readInPieces(byte[] bytes, int size) {
    Heard heard = new Heard();
    FrameReader reader = new FrameReader(heard);
    byte[] own = bytes.clone(); // Unmasking is in place.
    for (int from = 0; from < bytes.length; from += size) {
      readAll(reader, ByteBuffer.wrap(own, from, Math.min(size, bytes.length - from)));
    }
    return heard.events;
  }

  private static void readAll(FrameReader reader, ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      reader.read(bytes);
    }
  }

  /** Whole messages and control frames, as texts that can be compared. */
  private static final class Heard implements FrameReader.Sink {

    final List<String> events = new ArrayList<>();
    final ByteArrayOutputStream message = new ByteArrayOutputStream();

    @Override
    public void data(ByteBuffer payload, boolean lastOfMessage) {
      byte[] bytes = new byte[payload.remaining()];
      payload.get(bytes);
      message.writeBytes(bytes);
      if (lastOfMessage) {
        byte[] whole = message.toByteArray();
        events.add("message " + whole.length + " " + Arrays.hashCode(whole));
        message.reset();
      }
    }

    @Override
    public void control(int opcode, byte[] payload) {
      events.add("control " + opcode + " " + Arrays.toString(payload));
    }
  }
}

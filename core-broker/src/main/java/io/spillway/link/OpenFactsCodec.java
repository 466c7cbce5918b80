package io.spillway.link;

import io.netty.buffer.ByteBuf;
import io.spillway.link.OpenFacts.Certificate;
import io.spillway.link.OpenFacts.Header;
import io.spillway.link.OpenFacts.Identity;
import io.spillway.link.OpenFacts.Tls;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * OPEN's payload: fields of {@code u8 tag | u16 length | value}, in any order, each at most once
 * but HEADER. An unknown tag is skipped, so fields can be added.
 */
final class OpenFactsCodec {
  /** The longest payload; a gateway that chooses more headers than fit gets an exception. */
  static final int LENGTH_MAX = 64 * 1024;

  private static final int FIELD_MAX = 65_535;

  private static final int REMOTE_ADDRESS = 1;
  private static final int FORWARDED = 2;
  private static final int LISTENER_NAME = 3;
  private static final int LISTENER_ADDRESS = 4;
  private static final int TLS = 5;
  private static final int CERTIFICATE = 6;
  private static final int PATH = 7;
  private static final int HOST = 8;
  private static final int ORIGIN = 9;
  private static final int SUBPROTOCOL = 10;
  private static final int HEADER = 11;
  private static final int IDENTITY = 12;

  /** In the place of rights: the core decides. No rights at all are no texts at all. */
  private static final String NO_RIGHTS_SAID = "*";

  private OpenFactsCodec() {}

  static void encode(OpenFacts facts, ByteBuf out) {
    int start = out.writerIndex();
    int field = begin(out, REMOTE_ADDRESS);
    Wire.writeAddress(out, facts.remoteAddress());
    end(out, field);
    if (facts.forwarded()) {
      end(out, begin(out, FORWARDED));
    }
    text(out, LISTENER_NAME, facts.listenerName());
    if (facts.listenerAddress() != null) {
      field = begin(out, LISTENER_ADDRESS);
      Wire.writeAddress(out, facts.listenerAddress());
      end(out, field);
    }
    if (facts.tls() != null) {
      encode(facts.tls(), out);
    }
    text(out, PATH, facts.path());
    text(out, HOST, facts.host());
    text(out, ORIGIN, facts.origin());
    text(out, SUBPROTOCOL, facts.subprotocol());
    for (Header header : facts.headers()) {
      field = begin(out, HEADER);
      Wire.writeString16(out, header.name());
      Wire.writeString16(out, header.value());
      end(out, field);
    }
    if (facts.identity() != null) {
      field = begin(out, IDENTITY);
      Wire.writeString16(out, facts.identity().user());
      Wire.writeString16(out, facts.identity().method());
      out.writeLong(facts.identity().expiresAt());
      if (facts.identity().rights() != null) {
        facts.identity().rights().forEach(right -> Wire.writeString16(out, right));
      } else {
        Wire.writeString16(out, NO_RIGHTS_SAID);
      }
      end(out, field);
    }
    int length = out.writerIndex() - start;
    if (length > LENGTH_MAX) {
      throw new IllegalArgumentException(
          "facts of a client: " + length + " bytes (expected: at most " + LENGTH_MAX + ")");
    }
  }

  private static void encode(Tls tls, ByteBuf out) {
    int field = begin(out, TLS);
    Wire.writeString16(out, tls.protocol());
    Wire.writeString16(out, tls.cipherSuite());
    Wire.writeString16(out, tls.serverName());
    end(out, field);
    Certificate certificate = tls.certificate();
    if (certificate != null) {
      field = begin(out, CERTIFICATE);
      Wire.writeString16(out, certificate.subject());
      Wire.writeString16(out, certificate.issuer());
      Wire.writeString16(out, certificate.serialNumber());
      Wire.writeString16(out, certificate.fingerprint());
      end(out, field);
    }
  }

  private static void text(ByteBuf out, int tag, String text) {
    if (!text.isEmpty()) {
      int field = begin(out, tag);
      out.writeCharSequence(text, StandardCharsets.UTF_8);
      end(out, field);
    }
  }

  private static int begin(ByteBuf out, int tag) {
    out.writeByte(tag);
    out.writeShort(0);
    return out.writerIndex();
  }

  private static void end(ByteBuf out, int field) {
    int length = out.writerIndex() - field;
    if (length > FIELD_MAX) {
      throw new IllegalArgumentException(
          "fact of a client: " + length + " bytes (expected: at most " + FIELD_MAX + ")");
    }
    out.setShort(field - 2, length);
  }

  static OpenFacts decode(ByteBuf in) {
    InetSocketAddress remoteAddress = null;
    boolean forwarded = false;
    String listenerName = "";
    InetSocketAddress listenerAddress = null;
    Tls tls = null;
    Certificate certificate = null;
    String path = "";
    String host = "";
    String origin = "";
    String subprotocol = "";
    List<Header> headers = new ArrayList<>();
    Identity identity = null;
    long seen = 0;

    while (in.isReadable()) {
      int tag = Wire.u8(in, "OPEN tag");
      int length = Wire.u16(in, "OPEN field");
      Wire.need(in, length, "OPEN field");
      ByteBuf value = in.readSlice(length);
      if (tag >= 1 && tag <= IDENTITY && tag != HEADER) {
        if ((seen & 1L << tag) != 0) {
          throw LinkException.protocolError("OPEN tag " + tag + ": twice (expected: once)");
        }
        seen |= 1L << tag;
      }
      switch (tag) {
        case REMOTE_ADDRESS -> remoteAddress = Wire.address(value, "OPEN remote address");
        case FORWARDED -> forwarded = true;
        case LISTENER_NAME -> listenerName = text(value);
        case LISTENER_ADDRESS -> listenerAddress = Wire.address(value, "OPEN listener address");
        case TLS ->
            tls =
                new Tls(
                    Wire.string16(value, "OPEN TLS"),
                    Wire.string16(value, "OPEN TLS"),
                    Wire.string16(value, "OPEN TLS"),
                    null);
        case CERTIFICATE ->
            certificate =
                new Certificate(
                    Wire.string16(value, "OPEN certificate"),
                    Wire.string16(value, "OPEN certificate"),
                    Wire.string16(value, "OPEN certificate"),
                    Wire.string16(value, "OPEN certificate"));
        case PATH -> path = text(value);
        case HOST -> host = text(value);
        case ORIGIN -> origin = text(value);
        case SUBPROTOCOL -> subprotocol = text(value);
        case HEADER ->
            headers.add(
                new Header(
                    Wire.string16(value, "OPEN header"), Wire.string16(value, "OPEN header")));
        case IDENTITY -> identity = identity(value);
        default -> value.skipBytes(length);
      }
      Wire.end(value, "OPEN tag " + tag);
    }
    if (remoteAddress == null) {
      throw LinkException.protocolError("OPEN: no remote address (expected: one)");
    }
    if (certificate != null && tls == null) {
      throw LinkException.protocolError("OPEN: a certificate without TLS (expected: both)");
    }
    if (certificate != null) {
      tls = new Tls(tls.protocol(), tls.cipherSuite(), tls.serverName(), certificate);
    }
    return new OpenFacts(
        remoteAddress,
        forwarded,
        listenerName,
        listenerAddress,
        tls,
        path,
        host,
        origin,
        subprotocol,
        headers,
        identity);
  }

  private static Identity identity(ByteBuf value) {
    String user = Wire.string16(value, "OPEN identity");
    String method = Wire.string16(value, "OPEN identity");
    long expiresAt = Wire.u63(value, "OPEN identity");
    List<String> rights = new ArrayList<>();
    while (value.isReadable()) {
      rights.add(Wire.string16(value, "OPEN identity"));
    }
    boolean unsaid = rights.equals(List.of(NO_RIGHTS_SAID));
    return new Identity(user, method, expiresAt, unsaid ? null : rights);
  }

  private static String text(ByteBuf value) {
    return Wire.utf8(value, value.readableBytes(), "OPEN text");
  }
}

package io.spillway.broker.connection;

import io.netty.buffer.ByteBuf;
import io.spillway.mqtt.ProtocolException;
import io.spillway.mqtt.ReasonCode;
import io.spillway.proxy.ProxyHeader;
import io.spillway.proxy.ProxyPeers;
import java.nio.charset.StandardCharsets;

/** Recognises who knocks at the wrong door, so that the log says more than "malformed". */
final class FirstBytes {
  private static final int TLS_HANDSHAKE = 0x16;
  private static final int TLS_MAJOR_VERSION = 3;

  /** A CONNECT packet begins otherwise from the first byte on; so many leave no doubt. */
  private static final int PROXY_KNOWN_BY = 6;

  private static final byte[] GET = "GET ".getBytes(StandardCharsets.US_ASCII);

  private FirstBytes() {}

  /** Looks at what comes instead of a CONNECT packet. */
  static void check(ByteBuf in, CarrierFacts facts) {
    int start = in.readerIndex();
    int length = in.readableBytes();
    if (length >= 2
        && in.getByte(start) == TLS_HANDSHAKE
        && in.getByte(start + 1) == TLS_MAJOR_VERSION) {
      throw new ProtocolException(
          ReasonCode.MALFORMED_PACKET,
          "a TLS handshake at a port without TLS (" + facts.key() + ")");
    }
    if (length >= PROXY_KNOWN_BY && ProxyHeader.isBegunBy(in.nioBuffer())) {
      throw new ProtocolException(
          ReasonCode.MALFORMED_PACKET, ProxyPeers.UNLISTED + facts.key() + ".proxy-protocol-from");
    }
    if (length >= GET.length && startsWithGet(in, start)) {
      throw new ProtocolException(
          ReasonCode.MALFORMED_PACKET,
          "an HTTP request at a port that speaks MQTT over TCP ("
              + facts.key()
              + "); WebSockets are the gateway's");
    }
  }

  private static boolean startsWithGet(ByteBuf in, int start) {
    for (int i = 0; i < GET.length; i++) {
      if (in.getByte(start + i) != GET[i]) {
        return false;
      }
    }
    return true;
  }
}

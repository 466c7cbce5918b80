package io.spillway.broker.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.spillway.proxy.ProxyHeader;
import io.spillway.proxy.ProxyPeers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Recognises who comes to a port with TLS and doesn't speak it, so that the log says more than that
 * there was no TLS record, and less than all of its bytes. Looks at what comes first and steps
 * aside. On the channel's loop.
 */
final class TlsFirstBytes extends ChannelInboundHandlerAdapter {
  private static final int TLS_HANDSHAKE = 0x16;
  private static final int MQTT_CONNECT = 0x10;

  private final String key;
  private final Consumer<String> refused;

  /** {@code refused} hears of somebody else; the channel is closed behind it. */
  TlsFirstBytes(String key, Consumer<String> refused) {
    this.key = key;
    this.refused = refused;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    String other = other(((ByteBuf) message).nioBuffer());
    if (other != null) {
      ReferenceCountUtil.release(message);
      refused.accept(other);
      context.close();
      return;
    }
    context.fireChannelRead(message);
    context.pipeline().remove(this);
  }

  /** Null: TLS, as far as can be seen. */
  private String other(ByteBuffer in) {
    int first = in.hasRemaining() ? in.get(in.position()) & 0xFF : TLS_HANDSHAKE;
    if (first == TLS_HANDSHAKE) {
      return null;
    }
    if (ProxyHeader.isBegunBy(in)) {
      return ProxyPeers.UNLISTED + key + ".proxy-protocol-from";
    }
    if (first == MQTT_CONNECT) {
      return "MQTT without TLS at a port with TLS (" + key + ")";
    }
    byte[] word = new byte[Math.min(4, in.remaining())];
    in.get(in.position(), word);
    return new String(word, StandardCharsets.US_ASCII).equals("GET ")
        ? "an HTTP request at a port that speaks MQTT over TLS ("
            + key
            + "); WebSockets are the gateway's"
        : "no TLS handshake at a port with TLS (" + key + ")";
  }
}

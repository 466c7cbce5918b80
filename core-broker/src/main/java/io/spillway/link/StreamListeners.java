package io.spillway.link;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls streams' listeners, so that a fault of one ends its stream and nothing else; only a peer
 * that breaks the rules ends the link. The link's own.
 */
final class StreamListeners {
  private static final Logger LOG = LoggerFactory.getLogger(StreamListeners.class);

  private final Link link;

  StreamListeners(Link link) {
    this.link = link;
  }

  /** Gives a multicast packet to one stream. */
  void deliver(LinkStream stream, SharedPacket packet, int packetId) {
    try {
      stream.received(packet, packetId);
    } catch (LinkException e) {
      throw e;
    } catch (RuntimeException e) {
      failed(stream, e);
    }
  }

  /** Tells a stream's listener something. */
  void tell(LinkStream stream, Consumer<StreamListener> what) {
    try {
      what.accept(stream.listener());
    } catch (RuntimeException e) {
      failed(stream, e);
    }
  }

  void failed(LinkStream stream, RuntimeException e) {
    LOG.error("Link with {}, {}: a fault in its listener, closing it.", link.peerName(), stream, e);
    if (stream.isOpen()) {
      stream.close(CloseReason.IMPLEMENTATION_SPECIFIC_ERROR, "internal error");
      closed(stream, CloseReason.IMPLEMENTATION_SPECIFIC_ERROR, "internal error");
    }
  }

  /** A listener's fault here mustn't keep the others from being told. */
  void closed(LinkStream stream, CloseReason reason, String text) {
    try {
      stream.listener().closed(reason, text);
    } catch (RuntimeException e) {
      LOG.error("Link with {}, {}: a fault in its listener.", link.peerName(), stream, e);
    }
  }
}

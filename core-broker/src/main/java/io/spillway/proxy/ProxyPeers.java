package io.spillway.proxy;

import io.spillway.process.Settings;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The proxies that begin every connection with a PROXY header, {@code proxy-protocol-from} of a
 * listener. Who is listed must send one, from anybody else it is refused: guessing would let
 * clients choose their addresses. Immutable.
 */
public record ProxyPeers(List<AddressBlock> blocks) {

  /** Nobody. */
  public static final ProxyPeers NONE = new ProxyPeers(List.of());

  /** Why a header isn't believed; the listener's key belongs in front of it. */
  public static final String UNLISTED = "a PROXY header from a peer that isn't listed in ";

  /** Reads {@code proxy-protocol-from} of a listener. */
  public static ProxyPeers read(Settings listener) {
    List<AddressBlock> blocks = new ArrayList<>();
    for (String text : listener.texts("proxy-protocol-from")) {
      try {
        blocks.add(AddressBlock.parse(text));
      } catch (IllegalArgumentException e) {
        listener.mistake("proxy-protocol-from", "addresses or blocks as 10.0.0.0/8; " + text);
      }
    }
    return new ProxyPeers(List.copyOf(blocks));
  }

  public boolean contains(InetAddress address) {
    for (AddressBlock block : blocks) {
      if (block.contains(address)) {
        return true;
      }
    }
    return false;
  }
}

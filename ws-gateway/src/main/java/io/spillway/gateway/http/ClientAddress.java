package io.spillway.gateway.http;

import io.spillway.proxy.AddressBlock;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The one real address of a client: the peer's own, or what proxies that are trusted say.
 *
 * <p>Forwarding headers are read from the right, where the nearest proxy has written, and only for
 * as long as each hop is trusted; whatever stands further left the client may have made up.
 */
final class ClientAddress {

  private static final HttpString X_REAL_IP = new HttpString("X-Real-IP");

  /** Any of these says that a proxy has been at work, believed or not. */
  private static final List<HttpString> TRACES =
      List.of(
          Headers.FORWARDED,
          Headers.X_FORWARDED_FOR,
          Headers.X_FORWARDED_HOST,
          Headers.X_FORWARDED_PROTO,
          X_REAL_IP,
          Headers.VIA);

  private final List<AddressBlock> trustedProxies;

  ClientAddress(List<String> trustedProxies) {
    this.trustedProxies = trustedProxies.stream().map(AddressBlock::parse).toList();
  }

  static boolean isForwarded(HeaderMap headers) {
    return TRACES.stream().anyMatch(headers::contains);
  }

  InetSocketAddress of(InetSocketAddress peer, HeaderMap headers) {
    if (!isTrusted(peer.getAddress())) {
      return peer;
    }
    List<String> forwardedFor = forwardedFor(headers);
    List<String> forwarded = forwarded(headers);
    if (forwardedFor.isEmpty()) {
      return nearestUntrusted(peer, forwarded);
    }
    InetSocketAddress address = nearestUntrusted(peer, forwardedFor);
    // A proxy writes one of the two headers and lets the client's own pass in the other. Where they
    // disagree nobody can tell which is which, so neither is believed.
    if (!forwarded.isEmpty()
        && !address.getAddress().equals(nearestUntrusted(peer, forwarded).getAddress())) {
      return peer;
    }
    return address;
  }

  boolean isTrusted(InetAddress address) {
    // Asked several times for each connection, and mostly there are none.
    for (AddressBlock block : trustedProxies) {
      if (block.contains(address)) {
        return true;
      }
    }
    return false;
  }

  private InetSocketAddress nearestUntrusted(InetSocketAddress peer, List<String> hops) {
    InetSocketAddress nearest = peer;
    for (int i = hops.size() - 1; i >= 0 && isTrusted(nearest.getAddress()); i--) {
      InetSocketAddress hop = hop(hops.get(i));
      if (hop == null) {
        break;
      }
      nearest = hop;
    }
    return nearest;
  }

  private static List<String> forwardedFor(HeaderMap headers) {
    List<String> hops = new ArrayList<>();
    HeaderValues values = headers.get(Headers.X_FORWARDED_FOR);
    if (values != null) {
      for (String value : values) {
        hops.addAll(split(value, ','));
      }
    }
    return hops;
  }

  /** The {@code for} parameters of RFC 7239, empty texts for elements that have none. */
  private static List<String> forwarded(HeaderMap headers) {
    List<String> hops = new ArrayList<>();
    HeaderValues values = headers.get(Headers.FORWARDED);
    if (values != null) {
      for (String value : values) {
        for (String element : split(value, ',')) {
          hops.add(parameterFor(element));
        }
      }
    }
    return hops;
  }

  private static String parameterFor(String element) {
    for (String pair : split(element, ';')) {
      if (pair.regionMatches(true, 0, "for=", 0, 4)) {
        String text = pair.substring(4).trim();
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1) : text;
      }
    }
    return "";
  }

  /** Splits at a separator that doesn't stand in quotes. */
  private static List<String> split(String text, char separator) {
    List<String> pieces = new ArrayList<>();
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        pieces.add(text.substring(start, i).trim());
        start = i + 1;
      }
    }
    pieces.add(text.substring(start).trim());
    return pieces;
  }

  /** {@code 1.2.3.4}, {@code 1.2.3.4:567}, {@code ::1}, {@code [::1]} or {@code [::1]:567}. */
  private static InetSocketAddress hop(String text) {
    String host = text;
    String port = "";
    int colon = text.lastIndexOf(':');
    if (text.startsWith("[")) {
      int bracket = text.indexOf(']');
      if (bracket < 0 || bracket + 1 < text.length() && text.charAt(bracket + 1) != ':') {
        return null;
      }
      host = text.substring(1, bracket);
      port = bracket + 1 < text.length() ? text.substring(bracket + 2) : "";
    } else if (colon >= 0 && text.indexOf(':') == colon) {
      host = text.substring(0, colon);
      port = text.substring(colon + 1);
    }
    InetAddress address = AddressBlock.literal(host);
    return address == null ? null : new InetSocketAddress(address, portOf(port));
  }

  private static int portOf(String text) {
    if (!text.matches("[0-9]{1,5}")) {
      return 0;
    }
    int port = Integer.parseInt(text);
    return port > 0xFFFF ? 0 : port;
  }
}

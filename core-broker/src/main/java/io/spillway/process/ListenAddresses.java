package io.spillway.process;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;

/** What the words for listening addresses mean on this machine. Stateless. */
final class ListenAddresses {
  private ListenAddresses() {}

  static List<InetAddress> of(String text) throws UnknownHostException {
    if (text == null || text.isBlank()) {
      throw new IllegalArgumentException();
    }
    return switch (text.strip()) {
      case "localhost" -> loopbacks();
      case "*" -> List.of(every());
      default -> List.of(InetAddress.getAllByName(text.strip()));
    };
  }

  private static List<InetAddress> loopbacks() throws UnknownHostException {
    InetAddress four = InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
    byte[] bytes = new byte[16];
    bytes[15] = 1;
    InetAddress six = InetAddress.getByAddress("localhost", bytes);
    return hasAddress(six) ? List.of(four, six) : List.of(four);
  }

  /** The IPv6 wildcard takes IPv4 as well; without IPv6 there is only the other. */
  private static InetAddress every() throws UnknownHostException {
    byte[] one = new byte[16];
    one[15] = 1;
    boolean six = hasAddress(InetAddress.getByAddress(one));
    return InetAddress.getByAddress(new byte[six ? 16 : 4]);
  }

  private static boolean hasAddress(InetAddress address) {
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException e) {
      return false;
    }
  }
}

package io.spillway.proxy;

import io.netty.util.NetUtil;
import java.net.InetAddress;

/**
 * A block of addresses, as {@code 10.0.0.0/8} or {@code ::1}.
 *
 * @param network its first address
 * @param bits how many leading bits an address must share with it
 */
public record AddressBlock(InetAddress network, int bits) {

  /**
   * Reads an address or a block in CIDR notation.
   *
   * @throws IllegalArgumentException if the text is neither; names aren't looked up
   */
  public static AddressBlock parse(String text) {
    int slash = text.indexOf('/');
    InetAddress network = literal(slash < 0 ? text : text.substring(0, slash));
    if (network == null) {
      throw mistake(text);
    }
    int most = network.getAddress().length * 8;
    if (slash < 0) {
      return new AddressBlock(network, most);
    }
    String digits = text.substring(slash + 1);
    if (!digits.matches("[0-9]{1,3}") || Integer.parseInt(digits) > most) {
      throw mistake(text);
    }
    return new AddressBlock(network, Integer.parseInt(digits));
  }

  /** An address literal, or null if the text is not one; no name is ever looked up. */
  public static InetAddress literal(String text) {
    return text.isEmpty() ? null : NetUtil.createInetAddressFromIpAddressString(text);
  }

  public boolean contains(InetAddress address) {
    byte[] ours = network.getAddress();
    byte[] theirs = address.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit += 8) {
      int mask = 0xFF << Math.max(0, 8 - (bits - bit));
      if (((ours[bit / 8] ^ theirs[bit / 8]) & mask & 0xFF) != 0) {
        return false;
      }
    }
    return true;
  }

  private static IllegalArgumentException mistake(String text) {
    return new IllegalArgumentException(
        text + " (expected: an address or a block as 10.0.0.0/8 or fd00::/8)");
  }
}

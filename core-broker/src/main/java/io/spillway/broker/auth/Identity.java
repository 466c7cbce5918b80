package io.spillway.broker.auth;

import java.util.List;

/**
 * Who a client is, however that was found out.
 *
 * @param userName null: anonymous
 * @param expiresAt when the client must have said again who it is, in epoch milliseconds; {@code
 *     Long.MAX_VALUE}: never
 * @param rights what it may do, each as a {@code topic} line of an access control file without that
 *     word; null: the file decides
 */
public record Identity(String userName, long expiresAt, List<String> rights) {

  /** For good, and with the rights that the access control file gives. */
  public static Identity of(String userName) {
    return new Identity(userName, Long.MAX_VALUE, null);
  }
}

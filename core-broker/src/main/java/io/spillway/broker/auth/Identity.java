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
 * @param entry what a file of users said of it at its log-in, so that it ends when the file says
 *     something else; null: it didn't log in by such a file
 */
public record Identity(String userName, long expiresAt, List<String> rights, String entry) {

  /** Somebody who is no file's. */
  public Identity(String userName, long expiresAt, List<String> rights) {
    this(userName, expiresAt, rights, null);
  }

  /** For good, and with the rights that the access control file gives. */
  public static Identity of(String userName) {
    return new Identity(userName, Long.MAX_VALUE, null);
  }

  /** The same by a line of a file. */
  static Identity of(String userName, String entry) {
    return new Identity(userName, Long.MAX_VALUE, null, entry);
  }

  /** Without what stands in files. */
  @Override
  public String toString() {
    return "Identity[" + userName + "]";
  }
}

package io.spillway.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * The two servers that all chapters of a transport share: one as it comes, and one whose
 * configuration says more. Each is started when it is first needed. Any thread.
 */
public final class Servers implements AutoCloseable {
  /** Anna's password is: secret. */
  private static final String ANNA =
      "SCRAM-SHA-256$4096:c2FsdCBvZiBhbm5hIQ==$"
          + "QhhebnUcOoBLiBZxgVxPBXCDwWhO4SMUsMAq5nL9weM=:38R2RB51pc/q9vX0qL9x8xIw9yo2l3TuHvCy2CvzBGU=";

  /** Ben's password is: secret. */
  static final String BEN =
      "$6$c2FsdCBvZiBiZW4h$LXSTAWwXZgJUF9tKUkOI88gWLV19DN6fz6/JUfT6"
          + "F90cDOptlvblVohdguHcJjOmMiXlaBlj/bWLREWFJp1NQQ==";

  private final Function<String, Server> start;
  private Server plain;
  private Server strict;

  /** {@code start} starts a server with settings (HOCON) beside the defaults. */
  public Servers(Function<String, Server> start) {
    this.start = start;
  }

  public synchronized Server plain() {
    if (plain == null) {
      plain = start.apply("");
    }
    return plain;
  }

  /** Small limits, an access control file, users with passwords and of SCRAM. */
  public synchronized Server strict() {
    if (strict == null) {
      strict = start.apply(strictSettings());
    }
    return strict;
  }

  private static String strictSettings() {
    try {
      Path directory = Files.createTempDirectory("conformance");
      Path acl =
          Files.writeString(
              directory.resolve("acl"),
              "topic readwrite #\ntopic deny private/#\nuser anna\ntopic readwrite #\n");
      Path scram = Files.writeString(directory.resolve("scram"), "anna:" + ANNA + "\n");
      Path passwords = Files.writeString(directory.resolve("passwords"), "ben:" + BEN + "\n");
      return """
      broker.auth {
        allow-anonymous = yes, acl-file = "%s", scram-file = "%s", password-file = "%s"
      }
      broker.limits {
        keep-alive-maximum = 60s, session-expiry-maximum = 1h, receive-maximum = 3
        topic-alias-maximum = 2, max-packet-size = 64KiB, max-subscriptions = 3
        pre-connect-bytes = 4KiB
      }
      """
          .formatted(acl, scram, passwords);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() {
    if (plain != null) {
      plain.close();
    }
    if (strict != null) {
      strict.close();
    }
  }
}

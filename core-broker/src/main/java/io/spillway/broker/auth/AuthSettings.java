package io.spillway.broker.auth;

import io.spillway.token.TokenSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * {@code broker.auth}.
 *
 * @param passwordFile null: none
 * @param aclFile null: everybody who may connect may do everything
 * @param scramFile null: no enhanced authentication with SCRAM
 * @param tokens null: none are taken
 * @param watchInterval how often the files are looked at for changes; zero: never
 * @param waitingLoginsMax passwords and tokens that may wait to be verified, at least 1
 */
public record AuthSettings(
    AnonymousPolicy anonymous,
    Path passwordFile,
    Path aclFile,
    Path scramFile,
    TokenSettings tokens,
    Duration watchInterval,
    int waitingLoginsMax) {

  /** Whether there is a way to find out who somebody is. */
  boolean canTell() {
    return passwordFile != null || scramFile != null || tokens != null;
  }

  /** {@code local}: the listener is bound to loopback, and nobody came through a proxy. */
  boolean allowsAnonymous(boolean local) {
    return switch (anonymous) {
      case YES -> true;
      case NO -> false;
      case AUTO -> local && !canTell();
    };
  }

  /** Why a listener lets nobody in at all; null where it may. */
  public String refusal(String listener, boolean boundToLoopback) {
    return canTell() || allowsAnonymous(boundToLoopback)
        ? null
        : "Listener "
            + listener
            + " refuses everybody: broker.auth.allow-anonymous is "
            + policy()
            + " and there is no broker.auth.password-file.";
  }

  String policy() {
    return anonymous.name().toLowerCase(Locale.ROOT);
  }
}

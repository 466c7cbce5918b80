package io.spillway.gateway.uplink;

import io.spillway.link.LinkCloseReason;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log says about one core, which many lanes lead to: a line when it is reached, a line
 * when it is lost, a line for each new reason why it can't be reached. Any thread.
 */
final class CoreState {
  private static final Logger log = LoggerFactory.getLogger(CoreState.class);

  private final String address;
  private final String name;
  private final LongAdder connected = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private int lanesUp;

  /** The last reason that was logged; null since the core was last reached. */
  private String complaint;

  private CoreState(String what, InetSocketAddress address) {
    this.address = address.getHostString() + ":" + address.getPort();
    name = what + " at " + this.address;
  }

  static CoreState ofCore(InetSocketAddress address) {
    return new CoreState("core", address);
  }

  static CoreState ofBroker(InetSocketAddress address) {
    return new CoreState("broker", address);
  }

  /** Any thread. */
  ConnectFigures figures() {
    return new ConnectFigures(address, connected.sum(), failed.sum());
  }

  /** A connection without a lane was opened. */
  synchronized void reached() {
    connected.increment();
    if (complaint != null) {
      complaint = null;
      log.info("Reached the {} again.", name);
    }
  }

  synchronized void laneUp(boolean up) {
    lanesUp += up ? 1 : -1;
    if (up) {
      connected.increment();
    }
    if (up && lanesUp == 1) {
      complaint = null;
      log.info("Linked to the {}.", name);
    } else if (!up && lanesUp == 0) {
      log.warn("No link to the {} any more; trying to get one.", name);
    }
  }

  void cannotConnect(String why) {
    failed.increment();
    complain("Cannot reach the " + name + ": " + why + ". Trying again.");
  }

  /** The TLS engine's own words don't come through XNIO. */
  void cannotEncrypt(String text) {
    complain(
        "No TLS with the "
            + name
            + " ("
            + text
            + "): its certificate must name that host and be vouched for by gateway.upstream.tls.ca,"
            + " and it may want one of this gateway (gateway.upstream.tls.certificate)");
  }

  void linkClosed(LinkCloseReason reason, String text) {
    switch (reason) {
      case SHUTDOWN -> complain("The " + name + " closed the link: " + text);
      case AUTHENTICATION -> {
        failed.increment();
        complain(
            "The "
                + name
                + " and this gateway don't agree on the secret ("
                + text
                + "); see gateway.upstream.secret and broker.link.secret");
      }
      case TRANSPORT_LOST -> complain("Link to the " + name + " ended: " + text);
      default -> {
        String why = reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        complain("Link to the " + name + " ended: " + why + ": " + text);
      }
    }
  }

  private synchronized void complain(String line) {
    if (!line.equals(complaint)) {
      complaint = line;
      log.warn(line);
    }
  }
}

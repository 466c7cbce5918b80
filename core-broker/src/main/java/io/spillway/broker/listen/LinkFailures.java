package io.spillway.broker.listen;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log says about links that fail before they are ready. A gateway with the wrong secret
 * tries again for ever, so a reason is told at once when it is new for an address, and then after
 * one minute, two, four and so on up to an hour, with the number of attempts between. A link from
 * the address makes all reasons new again. One per listener; any thread.
 */
final class LinkFailures {
  private static final Logger log = LoggerFactory.getLogger(LinkFailures.class);

  /** Beyond it, the one that hasn't come for the longest time is forgotten. */
  private static final int REASONS_MAX = 100;

  private static final long PAUSE_NANOS_MIN = TimeUnit.MINUTES.toNanos(1);
  private static final long PAUSE_NANOS_MAX = TimeUnit.HOURS.toNanos(1);

  private final LongSupplier clock;

  private final Map<Reason, Told> told =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Reason, Told> eldest) {
          return size() > REASONS_MAX;
        }
      };

  private record Reason(String host, String why) {}

  /** When a reason was told last, how long it is silent from then on, and how often it came. */
  private static final class Told {
    private long nanos;
    private long pauseNanos;
    private long since;
  }

  LinkFailures() {
    this(System::nanoTime);
  }

  LinkFailures(LongSupplier clock) {
    this.clock = clock;
  }

  /** {@code address} is a host with the port, which another attempt doesn't share. */
  synchronized void failed(String address, String why) {
    long now = clock.getAsLong();
    Reason reason = new Reason(host(address), why);
    Told last = told.get(reason);
    if (last == null) {
      last = new Told();
      last.pauseNanos = PAUSE_NANOS_MIN;
      told.put(reason, last);
      log.warn("Link from {} failed: {}.", address, why);
    } else if (now - last.nanos < last.pauseNanos) {
      last.since++;
      return;
    } else {
      log.warn("Link from {} failed again ({} times since): {}.", address, last.since + 1, why);
      last.pauseNanos = Math.min(PAUSE_NANOS_MAX, 2 * last.pauseNanos);
    }
    last.nanos = now;
    last.since = 0;
  }

  /** A gateway there can be linked. */
  synchronized void succeeded(String address) {
    String host = host(address);
    told.keySet().removeIf(reason -> reason.host.equals(host));
  }

  private static String host(String address) {
    return address.substring(0, address.lastIndexOf(':'));
  }
}

package io.spillway.gateway.bridge;

/** What happens to QoS 0 packets for a browser that can't keep up. */
public enum SlowClientPolicy {
  /** The packet that has waited longest goes: the browser sees recent values with gaps. */
  DROP_OLDEST,
  /** The packet that doesn't fit goes: the browser sees an unbroken run, then a gap. */
  DROP_NEWEST,
  /** A newer packet replaces the waiting one of its topic: the browser sees no stale value. */
  LATEST
}

package io.spillway.broker.routing;

/** Something that one home leaves for another; see {@link HandOverQueue}. */
interface HandOver extends Runnable {
  /** The memory it keeps, for the queue's bound. */
  default int bytes() {
    return 0;
  }
}

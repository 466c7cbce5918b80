package io.spillway.gateway.uplink;

import io.spillway.link.OpenFacts;
import io.spillway.link.StreamListener;
import java.time.Duration;
import java.util.List;

/**
 * The gateway's way to its cores. {@link #start} and {@link #stop} are called by the main thread,
 * the rest on the I/O thread that the answer is for.
 */
public interface Uplink {

  /**
   * Begins to connect; doesn't wait for it.
   *
   * @param batchComplete run on an I/O thread when everything that one read brought for its streams
   *     has been told
   */
  void start(Runnable batchComplete);

  /** Whether {@link #open} would find a core from the calling I/O thread; any thread may ask. */
  boolean isUp();

  /** Whether every I/O thread has its way to a core; any thread may ask. */
  boolean isReady();

  /**
   * Opens a stream on the calling I/O thread. Its listener is told everything there, and never from
   * within this call.
   *
   * @return null: no core can be reached from this thread
   */
  UpstreamStream open(OpenFacts facts, StreamListener listener);

  /** What each core's links have counted and how many there are. Any thread but I/O threads. */
  default List<CoreFigures> figures() {
    return List.of();
  }

  /** How attempts to reach each core or broker ended. Any thread. */
  List<ConnectFigures> connects();

  /** Connections that wait for a browser. Any thread. */
  default int idleConnections() {
    return 0;
  }

  /**
   * Closes every connection; streams that are still open are told so. Returns when that is done, or
   * the time is over.
   */
  void stop(Duration timeout) throws InterruptedException;
}

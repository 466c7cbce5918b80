package io.spillway.link;

/**
 * What happens to a link as a whole. Called on the link's event loop. Methods may use the link and
 * its streams at once.
 */
public interface LinkListener {

  /** The handshake has succeeded: streams may be opened now. Called at most once. */
  void ready(PeerFacts peer);

  /**
   * The gateway has opened a stream. Core side only; a gateway's listener is never asked.
   *
   * @return who gets what arrives on it, not null. To refuse, call {@link LinkStream#close} and
   *     return any listener; it won't be called.
   */
  StreamListener opened(LinkStream stream, OpenFacts facts);

  /** The peer wants an orderly end: no stream may be opened any more, the open ones go on. */
  default void goAway(LinkCloseReason reason, String text) {}

  /** The peer has no stream left after our {@link Link#goAway}; the link closes itself now. */
  default void drained() {}

  /**
   * The link has ended; last call. Every open stream's {@link StreamListener#closed} was called
   * before with {@link CloseReason#LINK_LOST}.
   */
  void closed(LinkCloseReason reason, String text);

  /**
   * All frames of one {@link Link#receiveComplete} batch have been delivered: flush what they made
   * dirty. The link flushes itself afterwards.
   */
  default void batchComplete() {}

  /** The peer's sums for all its streams since its last report. */
  default void statistics(EdgeStatistics statistics) {}
}

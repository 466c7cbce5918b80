package io.spillway.mqtt;

import java.util.List;

/**
 * A parsed topic filter, possibly of a shared subscription. Immutable, any thread; equal when the
 * text is equal.
 */
public final class TopicFilter {
  private TopicFilter() {}

  /**
   * Parses a filter as SUBSCRIBE carries it, {@code $share/NAME/FILTER} included.
   *
   * @throws ProtocolException MALFORMED_PACKET
   */
  public static TopicFilter parse(String text) {
    throw new UnsupportedOperationException();
  }

  /** As the client wrote it, with the share's prefix. */
  public String text() {
    throw new UnsupportedOperationException();
  }

  /** The filter alone, without {@code $share/NAME/}. */
  public String filter() {
    throw new UnsupportedOperationException();
  }

  /** The levels of {@link #filter()}; an empty level is an empty string. */
  public List<String> levels() {
    throw new UnsupportedOperationException();
  }

  /** The share's name, or null when the subscription isn't shared. */
  public String shareName() {
    throw new UnsupportedOperationException();
  }

  public boolean isWildcard() {
    throw new UnsupportedOperationException();
  }

  /** Whether a message of this (valid) topic name is meant; {@code $} rules included. */
  public boolean matches(String topicName) {
    throw new UnsupportedOperationException();
  }

  /** Whether one topic name could match both filters. Share names play no part. */
  public boolean overlaps(TopicFilter other) {
    throw new UnsupportedOperationException();
  }
}

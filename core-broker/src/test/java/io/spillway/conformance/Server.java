package io.spillway.conformance;

import io.spillway.testing.Wire;
import java.util.List;

/** A running broker and the one way in that is tested. Any thread. */
public interface Server extends AutoCloseable {

  /** A connection on which nothing was sent yet. */
  Wire connect();

  /** Lines logged since the start. */
  List<String> log();

  @Override
  void close();
}

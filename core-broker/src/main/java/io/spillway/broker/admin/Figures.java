package io.spillway.broker.admin;

import java.util.function.BiConsumer;

/** Where {@code $SYS} gets further values from. Any thread. */
@FunctionalInterface
public interface Figures {
  /** Names the topics, below {@code $SYS/broker/}, and their values now. */
  void report(BiConsumer<String, String> values);
}

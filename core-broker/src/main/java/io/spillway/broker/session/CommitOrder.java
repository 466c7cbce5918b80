package io.spillway.broker.session;

import java.util.ArrayDeque;

/**
 * Keeps what a session does after its commits in the order of the commits. An answer that was asked
 * for on the home before takes a step more than one asked for here; but what is durable after the
 * later commit was so after the earlier, so the first answer to come speaks for both. On the
 * session's home.
 */
final class CommitOrder {
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>(2);
  private long asked;
  private long answered;

  /** Returns the number to answer with. */
  long ask(Runnable task) {
    waiting.addLast(task);
    return ++asked;
  }

  void answer(long number) {
    while (answered < number) {
      answered++;
      waiting.pollFirst().run();
    }
  }
}

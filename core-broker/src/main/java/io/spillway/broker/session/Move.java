package io.spillway.broker.session;

import io.spillway.broker.routing.Subscription;
import io.spillway.mqtt.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A session on its way to another home. What publishers send to the new home waits until all that
 * they sent by way of the old one has arrived, which is a matter of one turn of each loop. On the
 * new home, but for its making.
 */
final class Move {
  interface Receiver {
    void deliver(Message message, Subscription subscription, long sequence);
  }

  private record Held(Message message, Subscription subscription, long sequence) {}

  private final ConnectAttempt attempt;
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private final List<Runnable> waiting = new ArrayList<>();

  Move(ConnectAttempt attempt) {
    this.attempt = attempt;
  }

  /** For whom the session moves. */
  ConnectAttempt attempt() {
    return attempt;
  }

  void hold(Message message, Subscription subscription, long sequence) {
    held.add(new Held(message, subscription, sequence));
  }

  /** What is to be done when the move is: another connection of the client takes over, say. */
  void queue(Runnable next) {
    waiting.add(next);
  }

  List<Runnable> waiting() {
    return waiting;
  }

  void release(Receiver receiver) {
    held.forEach(h -> receiver.deliver(h.message(), h.subscription(), h.sequence()));
  }
}

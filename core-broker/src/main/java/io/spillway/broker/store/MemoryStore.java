package io.spillway.broker.store;

/** Keeps nothing beyond the process: every commit is done at once, on the calling thread. */
public final class MemoryStore implements Store {
  @Override
  public void close() {}
}

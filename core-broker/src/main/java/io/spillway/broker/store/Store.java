package io.spillway.broker.store;

/** Durability: what must outlive the process. */
public interface Store extends AutoCloseable {
  @Override
  void close();
}

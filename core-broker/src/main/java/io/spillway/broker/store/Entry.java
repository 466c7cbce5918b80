package io.spillway.broker.store;

import java.util.List;
import java.util.concurrent.Executor;

/**
 * What a home has given to the commit thread: a batch of changes, and who wants to know when all up
 * to here is durable.
 *
 * @param bytes about what the changes hold in memory
 * @param executor null when nobody does, as is the task
 */
record Entry(List<Change> changes, long bytes, Executor executor, Runnable task) {}

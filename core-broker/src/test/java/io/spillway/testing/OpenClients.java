package io.spillway.testing;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Holds the clients that are open. A test may connect one and let go of it, and still count on its
 * connection: without this, a garbage collection would close the socket in the middle of the test.
 * Those that nobody closed are closed at the end of their test class. Any thread.
 */
public final class OpenClients implements TestExecutionListener {
  private static final Set<AutoCloseable> OPEN = ConcurrentHashMap.newKeySet();
  private static final int SEGMENTS_OF_A_CLASS = 2; // The engine, and the class in it.

  /** From now on the client is reachable. */
  public static void opened(AutoCloseable client) {
    OPEN.add(client);
  }

  public static void closed(AutoCloseable client) {
    OPEN.remove(client);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (test.getUniqueIdObject().getSegments().size() == SEGMENTS_OF_A_CLASS) {
      OPEN.forEach(OpenClients::close);
    }
  }

  private static void close(AutoCloseable client) {
    try {
      client.close();
    } catch (Exception e) {
      closed(client); // Its server has gone before it.
    }
  }
}

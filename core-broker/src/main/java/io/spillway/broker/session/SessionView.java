package io.spillway.broker.session;

/**
 * What people may know of a session at one moment. Immutable.
 *
 * @param request of the connection that is, or was last
 * @param connection null: the client is away
 * @param disconnectedAt epoch milliseconds; 0 while connected
 * @param home the number of its event loop, from 1
 */
public record SessionView(
    ConnectRequest request,
    ConnectionView connection,
    long disconnectedAt,
    int home,
    int subscriptions,
    int inflight,
    int queuedMessages,
    long queuedBytes,
    boolean persistent) {}

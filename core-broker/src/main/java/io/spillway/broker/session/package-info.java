/**
 * One client's session: its subscriptions, queue, in-flight window, packet identifiers, will and
 * deliveries. Sees no packet and no channel: a {@code ClientConnection} is what carries it. A
 * session's state belongs to its home's thread.
 */
package io.spillway.broker.session;

/**
 * Durability: the {@code Store} interface and its implementations. Knows the standard's words and
 * nothing of homes or connections. Writes come from any home; none of them blocks.
 */
package io.spillway.broker.store;

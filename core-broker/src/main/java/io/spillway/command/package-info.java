/**
 * The command {@code spillway}: looks after a running broker by its API, from another process.
 * Knows nothing of the broker but that API. One thread.
 */
package io.spillway.command;

/**
 * The gateway as a process: its configuration, what it is made of, and its start and stop in
 * visible order; alone, or with the core in one process.
 *
 * <p>All of it runs on the main thread.
 */
package io.spillway.gateway;

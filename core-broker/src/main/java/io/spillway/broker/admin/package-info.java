/**
 * What people and monitoring see of the broker: health over HTTP on a listener of its own, and the
 * {@code $SYS} topics. Reads the other packages' counters and changes nothing.
 *
 * <p>HTTP runs on a small pool, {@code admin-N}; {@code $SYS} is published from the first home.
 */
package io.spillway.broker.admin;

/**
 * Figures in Prometheus' text format, and the watch over event loops: what both roles show on their
 * admin listeners. Knows nothing of what is counted. A page is made by the thread that was asked
 * for it; counters are written by the threads that count and read by any.
 */
package io.spillway.process.metrics;

/**
 * The load generator: raw MQTT 3.1.1 over TCP or WebSocket against any broker, a couple of event
 * loops, packets encoded beforehand, no library that could become the bottleneck. A scenario runs
 * turn by turn against each target; what counts is the CPU time of the servers' own processes per
 * delivered message, and ratios within one run.
 */
package io.spillway.bench;

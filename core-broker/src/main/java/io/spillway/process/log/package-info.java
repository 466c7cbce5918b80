/**
 * The SLF4J provider of our processes: lines as Mosquitto writes them, {@code EPOCH: message}, or
 * as JSON. Levels, timestamps and format change at run time.
 *
 * <p>Any thread may log and none of them waits for the terminal: a line is made on the caller's
 * thread, put in a bounded queue, and written by the thread {@code log}.
 *
 * <p>Warnings of one kind beyond a hundred in ten seconds are counted and told in one line, so that
 * bad clients can't fill a disk. What info tells about connections is written whole, as people and
 * scripts rely on it; {@code log.connection-messages} turns it off.
 */
package io.spillway.process.log;

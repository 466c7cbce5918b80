/**
 * What any process of ours needs, and nothing about MQTT: the command line, the configuration and
 * its mistakes, readiness, signals, the version. A process is one {@link io.spillway.process.Role};
 * {@link io.spillway.process.RoleCommand#run} does the rest.
 *
 * <p>All of it runs on the main thread, before a service starts and after it has stopped, except
 * for a reload, which the main thread does in between.
 */
package io.spillway.process;

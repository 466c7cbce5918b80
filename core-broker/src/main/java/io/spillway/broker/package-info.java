/**
 * The core broker put together: {@link io.spillway.broker.BrokerConfig} reads what it is configured
 * with, {@link io.spillway.broker.Broker} starts and stops its parts in visible order, {@link
 * io.spillway.broker.BrokerMain} is the process. The main thread runs all of it.
 */
package io.spillway.broker;

/**
 * The topic trees: subscriptions by topic filter and retained messages by topic name. Reads are
 * lock-free on any thread; writes lock the tree's structure for the length of a walk.
 */
package io.spillway.broker.topic;

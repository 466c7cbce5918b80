/**
 * One Application Message to its subscribers: homes and their hand-over queues, the router,
 * retained messages, shared subscriptions. Knows the topic tree and the store's interface; sees no
 * packet, no channel and no session. Publishers' homes match and hand over; subscribers' homes
 * deliver.
 */
package io.spillway.broker.routing;

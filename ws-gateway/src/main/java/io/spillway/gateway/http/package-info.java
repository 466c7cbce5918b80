/**
 * The gateway's public HTTP: listeners, routes, the checks before an upgrade to WebSocket, static
 * files and health. Undertow stops here.
 *
 * <p>Handlers run on Undertow's I/O threads ({@code ws-io-N}) and don't block; files are served by
 * its workers.
 */
package io.spillway.gateway.http;

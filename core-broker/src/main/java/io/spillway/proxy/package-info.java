/**
 * Proxies between clients and us: which addresses are theirs, and what the PROXY protocol (versions
 * 1 and 2, https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt) says about who the client
 * really is. Shared by the core and the gateway; knows no channel. Stateless, any thread.
 */
package io.spillway.proxy;

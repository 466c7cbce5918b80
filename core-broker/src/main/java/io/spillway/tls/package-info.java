/**
 * Certificates: PEM files with clear words for each way in which they can be wrong, and the names
 * in certificates that clients show. Shared by the core and the gateway; stateless.
 */
package io.spillway.tls;

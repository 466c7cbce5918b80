/**
 * JSON Web Tokens: whose they are, until when, and what they allow. The core takes them as a
 * password or in enhanced authentication, the gateway in an upgrade request.
 *
 * <p>Knows neither MQTT nor any channel. Keys are read or fetched by a thread {@code token-keys};
 * verifying a signature takes some 50 to 300 µs on the caller's thread.
 */
package io.spillway.token;

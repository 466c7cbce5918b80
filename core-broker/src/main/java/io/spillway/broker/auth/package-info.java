/**
 * Who may connect, publish and subscribe: the password file, the access control file and the rule
 * for anonymous clients, with the syntax and the semantics that Mosquitto's users bring along.
 *
 * <p>Knows topic names and filters, no packet and no channel. Files are read at start and on reload
 * into immutable objects that any thread may ask; password hashing runs on a small bounded pool of
 * its own, never on an event loop.
 */
package io.spillway.broker.auth;

package io.spillway.token;

import java.util.List;

/**
 * A token that was verified.
 *
 * @param user whose it is
 * @param expiresAt in epoch milliseconds, the clock skew included
 * @param rights what it allows, each as a line of an access control file without {@code pattern},
 *     such as {@code read a/%c/#}; null: the token says nothing about that
 */
public record Token(String user, long expiresAt, List<String> rights) {}

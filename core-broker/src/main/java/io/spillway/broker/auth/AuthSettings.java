package io.spillway.broker.auth;

import java.nio.file.Path;

/**
 * {@code broker.auth}.
 *
 * @param passwordFile null: none
 * @param aclFile null: everybody who may connect may do everything
 * @param scramFile null: no enhanced authentication
 */
public record AuthSettings(
    AnonymousPolicy anonymous, Path passwordFile, Path aclFile, Path scramFile) {}

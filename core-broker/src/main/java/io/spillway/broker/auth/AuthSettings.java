package io.spillway.broker.auth;

import java.nio.file.Path;

/**
 * {@code broker.auth}.
 *
 * @param passwordFile null: none
 * @param aclFile null: everybody who may connect may do everything
 */
public record AuthSettings(AnonymousPolicy anonymous, Path passwordFile, Path aclFile) {}

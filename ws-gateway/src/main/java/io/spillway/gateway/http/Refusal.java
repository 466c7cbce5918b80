package io.spillway.gateway.http;

import io.undertow.util.StatusCodes;
import java.util.Locale;

/** Why a request is refused, as it is counted, and the status that says so. */
public enum Refusal {
  HOST(StatusCodes.FORBIDDEN),
  /** An upgrade where there is no WebSocket. */
  PATH(StatusCodes.NOT_FOUND),
  METHOD(StatusCodes.METHOD_NOT_ALLOWED),
  BODY(StatusCodes.REQUEST_ENTITY_TOO_LARGE),
  /** Before there is a request: the number of connections, and what they begin with. */
  MAX_HTTP_CONNECTIONS(StatusCodes.SERVICE_UNAVAILABLE),
  ADDRESS_MAX_HTTP_CONNECTIONS(StatusCodes.TOO_MANY_REQUESTS),
  HEAD(StatusCodes.BAD_REQUEST),
  PROXY_HEADER(StatusCodes.BAD_REQUEST),
  TLS_HANDSHAKE(StatusCodes.BAD_REQUEST),
  /** A plain request for the WebSocket's path. */
  NO_UPGRADE(StatusCodes.UPGRADE_REQUIRED),
  HTTP_VERSION(StatusCodes.BAD_REQUEST),
  CONNECTION_HEADER(StatusCodes.BAD_REQUEST),
  WEBSOCKET_VERSION(StatusCodes.UPGRADE_REQUIRED),
  WEBSOCKET_KEY(StatusCodes.BAD_REQUEST),
  SEVERAL_ORIGINS(StatusCodes.BAD_REQUEST),
  ORIGIN(StatusCodes.FORBIDDEN),
  SUBPROTOCOL(StatusCodes.BAD_REQUEST),
  SHUTTING_DOWN(StatusCodes.SERVICE_UNAVAILABLE),
  NO_BROKER(StatusCodes.SERVICE_UNAVAILABLE),
  MEMORY(StatusCodes.SERVICE_UNAVAILABLE),
  MAX_CONNECTIONS(StatusCodes.SERVICE_UNAVAILABLE),
  LISTENER_MAX_CONNECTIONS(StatusCodes.SERVICE_UNAVAILABLE),
  ADDRESS_MAX_CONNECTIONS(StatusCodes.TOO_MANY_REQUESTS),
  ADDRESS_CONNECT_RATE(StatusCodes.TOO_MANY_REQUESTS),
  ADDRESS_FAILED_LOGINS(StatusCodes.TOO_MANY_REQUESTS),
  /** Too many tokens wait to be verified. */
  BUSY(StatusCodes.SERVICE_UNAVAILABLE),
  /** A token that isn't believed. */
  TOKEN(StatusCodes.UNAUTHORIZED),
  NO_TOKEN(StatusCodes.UNAUTHORIZED);

  private final int status;

  Refusal(int status) {
    this.status = status;
  }

  int status() {
    return status;
  }

  /** As a label's value. */
  public String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}

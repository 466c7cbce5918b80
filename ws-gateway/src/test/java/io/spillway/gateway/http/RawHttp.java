package io.spillway.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.spillway.gateway.websocket.RawClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** One request, as text, and its answer. */
record RawHttp(String head, byte[] body) {

  static RawHttp ask(int port, String request) throws IOException {
    try (RawClient client = RawClient.connect(port)) {
      return ask(client, request);
    }
  }

  static RawHttp ask(RawClient client, String request) throws IOException {
    client.sendText(request.replace("\n", "\r\n"));
    String head = client.readHead();
    String length = header(head, "Content-Length");
    boolean noBody = request.startsWith("HEAD ") || length == null;
    return new RawHttp(
        head, noBody ? new byte[0] : client.in().readNBytes(Integer.parseInt(length)));
  }

  static RawHttp get(int port, String path, String... headers) throws IOException {
    String more = headers.length == 0 ? "" : String.join("\n", headers) + "\n";
    return ask(port, "GET " + path + " HTTP/1.1\nHost: localhost\n" + more + "\n");
  }

  int status() {
    return Integer.parseInt(head.substring(9, 12));
  }

  String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  String header(String name) {
    return header(head, name);
  }

  RawHttp expect(int status) {
    assertEquals(status, status(), head + text());
    return this;
  }

  private static String header(String head, String name) {
    for (String line : head.split("\r\n")) {
      if (line.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
        return line.substring(name.length() + 1).trim();
      }
    }
    return null;
  }
}

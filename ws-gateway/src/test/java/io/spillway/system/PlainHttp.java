package io.spillway.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** Requests over a connection each, for whoever counts connections or may get no answer. */
final class PlainHttp {
  private PlainHttp() {}

  /** The answer, or {@code no answer} after so long. */
  static String get(int port, String path, int millis) throws IOException {
    try (Socket socket = request(port, path, "")) {
      return answer(socket, millis);
    }
  }

  /** Sends a request, with further headers of which each ends its line. */
  static Socket request(int port, String path, String headers) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    String head = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    socket.getOutputStream().write((head + headers + "\r\n").getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /** Status and body, such as {@code 200 live}. */
  static String answer(Socket socket, int millis) throws IOException {
    socket.setSoTimeout(millis);
    try {
      byte[] all = socket.getInputStream().readAllBytes();
      String text = new String(all, StandardCharsets.US_ASCII);
      return text.substring(9, 12) + " " + text.substring(text.indexOf("\r\n\r\n") + 4).strip();
    } catch (SocketTimeoutException e) {
      return "no answer";
    }
  }
}

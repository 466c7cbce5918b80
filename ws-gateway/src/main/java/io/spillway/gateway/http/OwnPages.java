package io.spillway.gateway.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Pages of whoever runs the gateway, from {@code gateway.static-directory}.
 *
 * <p>Nothing outside the directory is ever served: neither by {@code ..} nor by a symbolic link
 * that leads out of it; links within are followed. Files and directories whose names begin with a
 * dot are not served, as that is where versions and secrets are kept; {@code .well-known} is.
 * Directories aren't listed.
 */
final class OwnPages implements HttpHandler {

  /** Files up to here are read at once and may be compressed; larger ones are streamed. */
  private static final int HELD_MAX = 1024 * 1024;

  private static final HttpString NOSNIFF = new HttpString("X-Content-Type-Options");

  private final Path directory;
  private final PageSender sender;
  private final HttpHandler otherwise;

  OwnPages(Path directory, PageSender sender, HttpHandler otherwise) {
    try {
      this.directory = directory.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "gateway.static-directory: " + directory + " (expected: a directory)", e);
    }
    this.sender = sender;
    this.otherwise = otherwise;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    if (exchange.isInIoThread()) {
      // A disk may be slow.
      exchange.dispatch(this);
      return;
    }
    Path file = resolve(exchange.getRequestPath());
    if (file != null && Files.isDirectory(file)) {
      if (!exchange.getRequestPath().endsWith("/")) {
        redirectInto(exchange);
        return;
      }
      file = resolve(exchange.getRequestPath() + "index.html");
    }
    if (file == null || !Files.isRegularFile(file)) {
      otherwise.handleRequest(exchange);
    } else {
      send(exchange, file);
    }
  }

  private void send(HttpServerExchange exchange, Path file) throws IOException {
    exchange.getResponseHeaders().put(NOSNIFF, "nosniff");
    String name = file.getFileName().toString();
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    if (attributes.size() <= HELD_MAX) {
      sender.send(exchange, Page.of(name, Files.readAllBytes(file)));
      return;
    }
    String tag =
        Long.toHexString(attributes.lastModifiedTime().toMillis())
            + '-'
            + Long.toHexString(attributes.size());
    FileChannel channel = FileChannel.open(file);
    sender.send(exchange, ContentTypes.of(name), tag, channel, channel.size());
  }

  /** The real path of a file or directory that may be served; null if there is none. */
  private Path resolve(String path) {
    Path resolved = directory;
    try {
      for (String name : path.substring(1).split("/")) {
        if (name.indexOf('\\') >= 0 || name.startsWith(".") && !name.equals(".well-known")) {
          return null;
        }
        resolved = resolved.resolve(name);
      }
      Path real = resolved.toRealPath();
      return real.startsWith(directory) && !isHidden(real) ? real : null;
    } catch (InvalidPathException | IOException e) {
      return null;
    }
  }

  /** A link may lead from a plain name to a hidden one. */
  private boolean isHidden(Path real) {
    for (Path name : directory.relativize(real)) {
      String text = name.toString();
      if (text.startsWith(".") && !text.equals(".well-known")) {
        return true;
      }
    }
    return false;
  }

  /** Relative, so that it holds behind a proxy that adds a prefix. */
  private static void redirectInto(HttpServerExchange exchange) {
    String path = exchange.getRequestURI();
    String last = path.substring(path.lastIndexOf('/') + 1);
    exchange.getResponseHeaders().put(Headers.LOCATION, "./" + last + "/");
    Answer.text(exchange, StatusCodes.FOUND, "this is a directory");
  }

  static void close(Closeable file) {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

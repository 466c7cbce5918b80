package io.spillway.gateway.http;

import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The dashboard, from the class path. Its files are read once, compressed once and kept: they are
 * few, and only those that exist are kept.
 */
final class BundledPages implements HttpHandler {

  private static final String ROOT = "io/spillway/dashboard/";

  private static final HttpString CSP = new HttpString("Content-Security-Policy");
  private static final HttpString NOSNIFF = new HttpString("X-Content-Type-Options");
  private static final HttpString REFERRER_POLICY = new HttpString("Referrer-Policy");

  private final Map<String, Page> pages = new ConcurrentHashMap<>();
  private final String contentSecurityPolicy;
  private final PageSender sender;
  private final HttpHandler otherwise;

  /**
   * @param connectSources what the page may connect to besides its own gateway
   * @param otherwise gets what is not here
   */
  BundledPages(List<String> connectSources, PageSender sender, HttpHandler otherwise) {
    // Topics and payloads are hostile text: even if one became markup, nothing inline would run.
    this.contentSecurityPolicy =
        "default-src 'self'; connect-src "
            + String.join(" ", withSelf(connectSources))
            + "; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
            + "frame-ancestors 'none'; form-action 'self'";
    this.sender = sender;
    this.otherwise = otherwise;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    Page page = page(exchange.getRequestPath());
    if (page == null) {
      otherwise.handleRequest(exchange);
      return;
    }
    HeaderMap headers = exchange.getResponseHeaders();
    headers.put(NOSNIFF, "nosniff");
    if (hasPolicies(exchange.getRequestPath())) {
      headers.put(CSP, contentSecurityPolicy);
      headers.put(REFERRER_POLICY, "no-referrer");
    }
    sender.send(exchange, page);
  }

  /**
   * Policies are those of a document or of a Worker. What these load is bound by theirs, so thirty
   * scripts and styles needn't carry what nobody reads: as much as a tenth of the whole page.
   */
  private static boolean hasPolicies(String path) {
    return !isProgram(path) || path.endsWith("/worker.js");
  }

  private static boolean isProgram(String name) {
    return name.endsWith(".js") || name.endsWith(".css");
  }

  private Page page(String path) throws IOException {
    String name = path.equals("/") ? "index.html" : path.substring(1);
    Page known = pages.get(name);
    if (known != null) {
      return known;
    }
    // Plain names only: what a class loader makes of anything else isn't worth finding out.
    if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*")
        || !ContentTypes.isKnown(name)) {
      return null;
    }
    try (InputStream in = BundledPages.class.getClassLoader().getResourceAsStream(ROOT + name)) {
      if (in == null) {
        return null;
      }
      byte[] bytes = in.readAllBytes();
      Page page = Page.of(name, isProgram(name) ? BareText.of(bytes) : bytes);
      pages.put(name, page);
      return page;
    }
  }

  private static List<String> withSelf(List<String> sources) {
    List<String> all = new ArrayList<>(List.of("'self'"));
    all.addAll(sources);
    return all;
  }
}

package io.spillway.command;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The broker's API, one request at a time. The JDK's old client, as the newer one takes a tenth of
 * a second to load.
 */
final class Api {
  private static final int TIMEOUT_MILLIS = 70_000;

  private final String url;

  /** Null: none. */
  private final String token;

  /** An address without a scheme, such as {@code localhost:9883}, is one of http. */
  Api(String url, String token) {
    String whole = url.contains("://") ? url : "http://" + url;
    this.url = whole.replaceFirst("/+$", "");
    this.token = token;
  }

  /** From the file, else from the environment; null: from neither. */
  static String token(Path file, Map<String, String> environment) {
    if (file == null) {
      return environment.get("SPILLWAY_ADMIN_TOKEN");
    }
    try (var lines = Files.newBufferedReader(file)) {
      String first = lines.readLine();
      return first == null ? "" : first.strip();
    } catch (IOException e) {
      throw new Refusal("--token-file: " + file + " can't be read");
    }
  }

  /** As a part of an address. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  String get(String path) {
    return request("GET", path, null);
  }

  String delete(String path) {
    return request("DELETE", path, null);
  }

  String post(String path, Map<String, Object> body) {
    return request(
        "POST", path, ConfigValueFactory.fromMap(body).render(ConfigRenderOptions.concise()));
  }

  private String request(String method, String path, String body) {
    try {
      if (!(URI.create(url + "/api/v1" + path).toURL().openConnection()
          instanceof HttpURLConnection request)) {
        throw new IllegalArgumentException("neither http nor https");
      }
      request.setRequestMethod(method);
      request.setConnectTimeout(5_000);
      request.setReadTimeout(TIMEOUT_MILLIS);
      request.setRequestProperty("Content-Type", "application/json");
      if (token != null) {
        request.setRequestProperty("Authorization", "Bearer " + token);
      }
      if (body != null) {
        request.setDoOutput(true);
        request.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
      }
      return answer(request);
    } catch (IOException e) {
      throw new Refusal(
          "no answer from "
              + url
              + ": "
              + e.getMessage()
              + "\n  Is the broker running, and is this its broker.admin.host and port? --url names"
              + " another.");
    } catch (IllegalArgumentException e) {
      throw new Refusal("--url: " + url + " (expected: such as http://127.0.0.1:9883)");
    }
  }

  private static String answer(HttpURLConnection request) throws IOException {
    int status = request.getResponseCode();
    try (var in = status < 400 ? request.getInputStream() : request.getErrorStream()) {
      String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
      if (status < 400) {
        return text;
      }
      String hint =
          status == HttpURLConnection.HTTP_UNAUTHORIZED
              ? "\n  --token-file or SPILLWAY_ADMIN_TOKEN holds it."
              : "";
      throw new Refusal(reason(text, status) + hint);
    }
  }

  private static String reason(String text, int status) {
    try {
      return ConfigFactory.parseString(text).getString("error");
    } catch (ConfigException e) {
      // The gateway's admin listener answers as well, and has no API.
      return status == HttpURLConnection.HTTP_NOT_FOUND
          ? "there is no API; is this the admin listener of a core broker?"
          : text.isBlank() ? "refused with " + status : text.strip();
    }
  }
}

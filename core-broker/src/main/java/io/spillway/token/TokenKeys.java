package io.spillway.token;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that verify tokens: of a file, of a URL that is fetched now and then, and the shared
 * secret. Any thread asks; fetching is done by one of its own, from start to close.
 */
final class TokenKeys implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TokenKeys.class);

  private static final int TIMEOUT_MILLIS = 5_000;
  private static final int BYTES_MAX = 1024 * 1024;

  /** Keys tried for one token, so that a large set can't make each token dear. */
  private static final int CANDIDATES_MAX = 8;

  /** After a failure, and between fetches for keys that aren't known. */
  private static final long RETRY_SECONDS = 10;

  private final TokenSettings settings;
  private final List<JWK> secrets = new ArrayList<>(1);
  private final AtomicLong lastFetch = new AtomicLong(System.nanoTime());

  /** Null without a URL. */
  private final ScheduledExecutorService fetching;

  private volatile List<JWK> ofFile;
  private volatile List<JWK> ofUrl = List.of();

  private TokenKeys(TokenSettings settings) throws IOException {
    this.settings = settings;
    this.ofFile = read(settings.keysFile());
    if (settings.secret() != null) {
      secrets.add(
          new OctetSequenceKey.Builder(settings.secret().getBytes(StandardCharsets.UTF_8)).build());
    }
    this.fetching =
        settings.keysUrl() == null
            ? null
            : Executors.newSingleThreadScheduledExecutor(
                task -> {
                  Thread thread = new Thread(task, "token-keys");
                  thread.setDaemon(true);
                  return thread;
                });
  }

  static TokenKeys start(TokenSettings settings) throws IOException {
    TokenKeys keys = new TokenKeys(settings);
    if (keys.fetching != null) {
      keys.fetching.execute(keys::fetchAndGoOn);
    }
    return keys;
  }

  void reload() throws IOException {
    ofFile = read(settings.keysFile());
  }

  /** Those that the token names, or where it names none, all. */
  List<JWK> candidates(String keyId) {
    List<JWK> candidates = new ArrayList<>(2);
    for (List<JWK> keys : List.of(secrets, ofFile, ofUrl)) {
      for (JWK key : keys) {
        boolean named = keyId == null || key.getKeyID() == null || keyId.equals(key.getKeyID());
        if (named && candidates.size() < CANDIDATES_MAX) {
          candidates.add(key);
        }
      }
    }
    if (candidates.isEmpty()) {
      fetchSoon();
    }
    return candidates;
  }

  static List<JWK> read(Path file) throws IOException {
    return file == null ? List.of() : parse(Files.readString(file), file.toString());
  }

  private static List<JWK> parse(String text, String where) throws IOException {
    try {
      List<JWK> keys = JWKSet.parse(text).getKeys();
      if (keys.isEmpty()) {
        throw new IOException(where + " holds no keys");
      }
      return List.copyOf(keys);
    } catch (ParseException | IllegalArgumentException e) {
      throw new IOException(where + " is no JWK Set: " + e.getMessage());
    }
  }

  // ---- On the thread of its own.

  private void fetchAndGoOn() {
    boolean fetched = fetch();
    long seconds = fetched ? settings.keysRefresh().toSeconds() : RETRY_SECONDS;
    try {
      fetching.schedule(this::fetchAndGoOn, seconds, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      // Closed meanwhile.
    }
  }

  private boolean fetch() {
    lastFetch.set(System.nanoTime());
    URI url = settings.keysUrl();
    try {
      HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      connection.setInstanceFollowRedirects(false);
      if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
        throw new IOException("status " + connection.getResponseCode());
      }
      try (InputStream in = connection.getInputStream()) {
        byte[] bytes = in.readNBytes(BYTES_MAX);
        ofUrl = parse(new String(bytes, StandardCharsets.UTF_8), url.toString());
      }
      return true;
    } catch (IOException | RuntimeException e) { // Whatever it is, the next try follows.
      log.warn(
          "The keys for tokens can't be fetched from {}: {} (auth.jwt.keys-url). Those known stay"
              + " in use.",
          url,
          e.getMessage());
      return false;
    }
  }

  /** A token names a key that isn't known: the issuer may have a new one. */
  private void fetchSoon() {
    long now = System.nanoTime();
    long last = lastFetch.get();
    if (fetching != null
        && now - last > TimeUnit.SECONDS.toNanos(RETRY_SECONDS)
        && lastFetch.compareAndSet(last, now)) {
      fetching.execute(this::fetch);
    }
  }

  @Override
  public void close() {
    if (fetching != null) {
      fetching.shutdownNow();
    }
  }
}

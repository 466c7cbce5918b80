package io.spillway.process;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Typed reading of a merged configuration. A mistake doesn't stop the reading: it is noted with its
 * key, value, expectation and place, a harmless stand-in is returned, and {@link #check} throws all
 * of them at once. Keys are relative to the view's prefix; mistakes name the whole key. Every key
 * must have a default in a {@code reference.conf}; {@code none} and {@code null} both mean that
 * there is no value.
 *
 * <p>Used by one thread while a role reads its configuration.
 */
public final class Settings {
  private final Config config;
  private final String prefix;
  private final List<Mistake> mistakes;

  private Settings(Config config, String prefix, List<Mistake> mistakes) {
    this.config = config;
    this.prefix = prefix;
    this.mistakes = mistakes;
  }

  /**
   * Of a resolved configuration that already holds its defaults.
   *
   * @param mistakes those found before, for example unknown keys
   */
  static Settings of(Config config, List<Mistake> mistakes) {
    return new Settings(config, "", new ArrayList<>(mistakes));
  }

  /** Of HOCON text over the defaults; for tests and for embedding. */
  public static Settings of(String text) {
    return of(
        ConfigFactory.parseString(text)
            .withFallback(ConfigFactory.defaultReferenceUnresolved())
            .resolve(),
        List.of());
  }

  /** The keys below one of them, such as {@code under("broker.listeners.tcp")}. */
  public Settings under(String key) {
    return new Settings(config, whole(key) + '.', mistakes);
  }

  /**
   * Groups of keys under names of the user's choice, in the order of the names. What a group leaves
   * out has the default of the same key below another one, whose keys are all that it may hold.
   *
   * @param defaults the whole name of that other key
   * @param otherwise defaults that differ from it, by key
   */
  public Map<String, Settings> groups(String key, String defaults, Map<String, ?> otherwise) {
    Map<String, Settings> groups = new TreeMap<>();
    if (!(value(key) instanceof ConfigObject object)) {
      mistake(key, "names with keys in braces");
      return groups;
    }
    ConfigObject known =
        ConfigValueFactory.fromMap(otherwise).withFallback(config.getObject(defaults));
    object.forEach(
        (name, value) -> {
          String path = whole(key) + '.' + ConfigUtil.joinPath(name);
          if (!name.matches("[A-Za-z0-9_-]{1,64}") || !(value instanceof ConfigObject group)) {
            mistakes.add(
                new Mistake(
                    path,
                    null,
                    "a name of letters, digits, _ and -, with keys in braces",
                    place(value.origin())));
            return;
          }
          mistakes.addAll(UnknownKeys.in(group, path, known));
          groups.put(
              name,
              new Settings(
                  config.withValue(path, group.withFallback(known)), path + '.', mistakes));
        });
    return groups;
  }

  /** Whether the key holds something other than {@code none}. */
  public boolean has(String key) {
    return value(key) != null;
  }

  /** True or false; also {@code yes}, {@code no}, {@code on}, {@code off}. */
  public boolean flag(String key) {
    return required(key, "true or false", false, Settings::asFlag);
  }

  public String text(String key) {
    return required(key, "a text", "", Settings::asText);
  }

  public Optional<String> optionalText(String key) {
    return optional(key, "a text or none", Settings::asText);
  }

  public int number(String key, int min, int max) {
    return (int) longNumber(key, min, max);
  }

  public long longNumber(String key, long min, long max) {
    return required(key, range("a whole number", min, max), min, v -> within(asLong(v), min, max));
  }

  /** Empty where the key is {@code none}, which usually means that there is no limit. */
  public OptionalInt optionalNumber(String key, int min, int max) {
    String expectation = range("a whole number", min, max) + ", or none";
    return optional(key, expectation, v -> within(asLong(v), (long) min, (long) max))
        .map(number -> OptionalInt.of(number.intValue()))
        .orElse(OptionalInt.empty());
  }

  /** An amount of bytes, such as {@code 64KiB}. */
  public long bytes(String key, long min, long max) {
    return required(key, bytesRange(min, max), min, v -> within(asBytes(v), min, max));
  }

  public OptionalLong optionalBytes(String key, long min, long max) {
    return optional(key, bytesRange(min, max) + ", or none", v -> within(asBytes(v), min, max))
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  /** A time with its unit, such as {@code 10s}; a number without a unit is a mistake unless 0. */
  public Duration duration(String key, Duration min, Duration max) {
    return required(key, timeRange(min, max), min, v -> within(asDuration(v), min, max));
  }

  public Optional<Duration> optionalDuration(String key, Duration min, Duration max) {
    return optional(key, timeRange(min, max) + ", or none", v -> within(asDuration(v), min, max));
  }

  /** A port to listen on; 0 lets the system choose one. */
  public int port(String key) {
    return number(key, 0, 65535);
  }

  /**
   * The addresses to listen on: one or a list of them. {@code localhost} means both loopbacks, the
   * IPv6 one where the machine has it; {@code *} means every address of the machine.
   */
  public List<InetAddress> hosts(String key) {
    Set<InetAddress> addresses = new LinkedHashSet<>();
    for (ConfigValue value : values(key)) {
      try {
        addresses.addAll(ListenAddresses.of(asText(value)));
      } catch (UnknownHostException | IllegalArgumentException e) {
        note(key, value, "an address of this machine, localhost, * or a list of them");
      }
    }
    if (addresses.isEmpty()) {
      mistake(key, "at least one address");
    }
    return List.copyOf(addresses);
  }

  /** Places to connect to, {@code HOST:PORT} each, not yet looked up; at least one. */
  public List<InetSocketAddress> endpoints(String key) {
    List<InetSocketAddress> endpoints = new ArrayList<>();
    for (ConfigValue value : values(key)) {
      InetSocketAddress endpoint = asEndpoint(asText(value));
      if (endpoint == null) {
        note(key, value, "HOST:PORT, an IPv6 address in brackets");
      } else {
        endpoints.add(endpoint);
      }
    }
    if (endpoints.isEmpty()) {
      mistake(key, "at least one HOST:PORT");
    }
    return List.copyOf(endpoints);
  }

  /** One of an enum's constants, written {@code lower-case-with-dashes}; true reads as yes. */
  public <E extends Enum<E>> E choice(String key, Class<E> type) {
    E[] constants = type.getEnumConstants();
    StringBuilder expectation = new StringBuilder();
    for (E constant : constants) {
      expectation.append(expectation.isEmpty() ? "" : " | ").append(written(constant));
    }
    // Here none may be one of the choices.
    String word = asWord(raw(key));
    for (E constant : constants) {
      if (written(constant).equals(word)) {
        return constant;
      }
    }
    mistake(key, expectation.toString());
    return constants[0];
  }

  /** A list of texts; a single text counts as a list of one. */
  public List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (ConfigValue value : values(key)) {
      String text = asText(value);
      if (text == null) {
        note(key, value, "a text or a list of them");
      } else {
        texts.add(text);
      }
    }
    return List.copyOf(texts);
  }

  /** Names of the user's choice with a text each, in the order of the names. */
  public Map<String, String> textsByName(String key) {
    Map<String, String> texts = new TreeMap<>();
    if (value(key) instanceof ConfigObject object) {
      collect(object, "", texts);
    } else if (value(key) != null) {
      mistake(key, "names with a value each, in braces");
    }
    return new LinkedHashMap<>(texts);
  }

  /** A file that exists and can be read; empty where the key is {@code none}. */
  public Optional<Path> file(String key) {
    return optional(
        key,
        "a readable file",
        value -> {
          Path path = asPath(value);
          return path != null && Files.isRegularFile(path) && Files.isReadable(path) ? path : null;
        });
  }

  /** A path that need not exist; empty where the key is {@code none}. */
  public Optional<Path> path(String key) {
    return optional(key, "a path", this::asPath);
  }

  /**
   * A secret, from the one key or from the first line of the file that the other key names; empty
   * where neither is set. Its value appears in no mistake.
   */
  public Optional<String> secret(String key, String fileKey) {
    Optional<String> secret = optional(key, "a text", Settings::asText);
    Optional<Path> file = file(fileKey);
    if (secret.isPresent() && secret.get().isBlank()) {
      mistake(key, "none, or a secret that isn't empty");
      return Optional.empty();
    }
    if (secret.isPresent() && file.isPresent()) {
      mistake(fileKey, "only one of " + whole(key) + " and " + whole(fileKey));
    }
    if (file.isEmpty()) {
      return secret;
    }
    try (var lines = Files.lines(file.get())) {
      Optional<String> line = lines.findFirst().map(String::strip).filter(text -> !text.isEmpty());
      if (line.isEmpty()) {
        mistake(fileKey, "a file whose first line is the secret");
      }
      return line;
    } catch (IOException | RuntimeException e) {
      mistake(fileKey, "a file that can be read as text");
      return secret;
    }
  }

  /** Notes what the typed readers can't see, such as two keys that exclude each other. */
  public void mistake(String key, String expectation) {
    ConfigValue value = config.hasPathOrNull(whole(key)) ? raw(key) : null;
    note(key, value, expectation);
  }

  /** Everything noted so far, in the order of reading. */
  public List<Mistake> mistakes() {
    return List.copyOf(mistakes);
  }

  /**
   * @throws ConfigurationException with every mistake, if there is one
   */
  public void check() {
    if (!mistakes.isEmpty()) {
      throw new ConfigurationException(mistakes);
    }
  }

  /** The keys below these roots whose values differ from those of other settings, sorted. */
  Set<String> differencesTo(Settings other, Set<String> roots) {
    Set<String> keys = new TreeSet<>();
    for (Config each : List.of(config, other.config)) {
      each.entrySet().forEach(entry -> keys.add(entry.getKey()));
    }
    keys.removeIf(key -> !roots.contains(ConfigUtil.splitPath(key).get(0)));
    keys.removeIf(key -> Objects.equals(plain(key), other.plain(key)));
    return keys;
  }

  /** Null for none. */
  private Object plain(String key) {
    return config.hasPath(key) ? config.getValue(key).unwrapped() : null;
  }

  private String whole(String key) {
    return prefix + key;
  }

  /** The key's value; null for none. */
  private ConfigValue value(String key) {
    ConfigValue value = raw(key);
    boolean none = value.valueType() == ConfigValueType.NULL || "none".equals(value.unwrapped());
    return none ? null : value;
  }

  private ConfigValue raw(String key) {
    ConfigValue value = config.root();
    for (String element : ConfigUtil.splitPath(whole(key))) {
      value = value instanceof ConfigObject object ? object.get(element) : null;
      if (value == null) {
        throw new IllegalStateException("No default in a reference.conf: " + whole(key));
      }
    }
    return value;
  }

  private List<ConfigValue> values(String key) {
    ConfigValue value = value(key);
    if (value == null) {
      return List.of();
    }
    if (value instanceof ConfigList list) {
      return list;
    }
    // What `--set list.0=a` makes of a list.
    if (value instanceof ConfigObject object && isNumbered(object)) {
      TreeMap<Integer, ConfigValue> numbered = new TreeMap<>();
      object.forEach((index, element) -> numbered.put(Integer.valueOf(index), element));
      return List.copyOf(numbered.values());
    }
    return List.of(value);
  }

  private static boolean isNumbered(ConfigObject object) {
    return !object.isEmpty() && object.keySet().stream().allMatch(key -> key.matches("\\d{1,4}"));
  }

  private <T> T required(
      String key, String expectation, T standIn, Function<ConfigValue, T> reading) {
    ConfigValue value = value(key);
    T read = value == null ? null : attempt(value, reading);
    if (read == null) {
      mistake(key, expectation);
      return standIn;
    }
    return read;
  }

  private <T> Optional<T> optional(
      String key, String expectation, Function<ConfigValue, T> reading) {
    ConfigValue value = value(key);
    if (value == null) {
      return Optional.empty();
    }
    T read = attempt(value, reading);
    if (read == null) {
      mistake(key, expectation);
    }
    return Optional.ofNullable(read);
  }

  private static <T> T attempt(ConfigValue value, Function<ConfigValue, T> reading) {
    try {
      return reading.apply(value);
    } catch (ConfigException | IllegalArgumentException | ArithmeticException e) {
      return null;
    }
  }

  private void note(String key, ConfigValue value, String expectation) {
    String shown = value == null ? null : shown(whole(key), value);
    String place = value == null ? null : place(value.origin());
    mistakes.add(new Mistake(whole(key), shown, expectation, place));
  }

  private static String shown(String key, ConfigValue value) {
    if (key.endsWith("secret") || key.endsWith("password") || key.endsWith("token")) {
      boolean none = value.valueType() == ConfigValueType.NULL || "none".equals(value.unwrapped());
      return none ? "none" : "(not shown)";
    }
    return switch (value.valueType()) {
      case NULL -> "none";
      case OBJECT, LIST -> value.render(com.typesafe.config.ConfigRenderOptions.concise());
      default -> String.valueOf(value.unwrapped());
    };
  }

  /** File and line, or the option; null for a default. */
  static String place(ConfigOrigin origin) {
    if (origin.resource() != null) {
      return null;
    }
    if (origin.filename() != null) {
      return origin.filename() + (origin.lineNumber() > 0 ? ":" + origin.lineNumber() : "");
    }
    String description = origin.description().replaceFirst(": \\d+$", "");
    return description.equals("String") || description.equals("hardcoded value")
        ? null
        : description;
  }

  private static String asText(ConfigValue value) {
    return switch (value.valueType()) {
      case STRING, NUMBER, BOOLEAN -> value.atKey("v").getString("v");
      default -> null;
    };
  }

  private static String asWord(ConfigValue value) {
    if (value.unwrapped() instanceof Boolean answer) {
      return answer ? "yes" : "no";
    }
    String text = asText(value);
    return text == null ? null : text.toLowerCase(Locale.ROOT);
  }

  private static Boolean asFlag(ConfigValue value) {
    String text = asText(value);
    if (text == null) {
      return null;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on" -> true;
      case "false", "no", "off" -> false;
      default -> null;
    };
  }

  private static Long asLong(ConfigValue value) {
    String text = asText(value);
    return text == null ? null : Long.valueOf(text.strip());
  }

  private static Long asBytes(ConfigValue value) {
    return value.atKey("v").getBytes("v");
  }

  private static Duration asDuration(ConfigValue value) {
    String text = asText(value);
    if (text == null) {
      return null;
    }
    boolean bare = text.strip().matches("[-+0-9.eE]+");
    if (bare) {
      return text.strip().equals("0") ? Duration.ZERO : null;
    }
    return value.atKey("v").getDuration("v");
  }

  /**
   * A relative path in a file counts from that file's directory, one on the command line from the
   * working directory, and a default from the installation.
   */
  private Path asPath(ConfigValue value) {
    String text = asText(value);
    if (text == null || text.isEmpty()) {
      return null;
    }
    return base(value.origin()).resolve(text).toAbsolutePath().normalize();
  }

  private static Path base(ConfigOrigin origin) {
    if (origin.resource() != null) {
      return Path.of(System.getProperty("spillway.home", ""));
    }
    if (origin.filename() != null) {
      Path parent = Path.of(origin.filename()).toAbsolutePath().getParent();
      return parent == null ? Path.of("/") : parent;
    }
    return Path.of("");
  }

  private static InetSocketAddress asEndpoint(String text) {
    if (text == null) {
      return null;
    }
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || !text.substring(colon + 1).matches("\\d{1,5}")) {
      return null;
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (host.isBlank() || host.contains("/") || !bracketed && host.contains(":")) {
      return null;
    }
    int port = Integer.parseInt(text.substring(colon + 1));
    if (port < 1 || port > 65535) {
      return null;
    }
    String name = bracketed ? host.substring(1, host.length() - 1) : host;
    return InetSocketAddress.createUnresolved(name, port);
  }

  private static void collect(ConfigObject object, String path, Map<String, String> texts) {
    object.forEach(
        (name, value) -> {
          if (value instanceof ConfigObject inner) {
            collect(inner, path + name + '.', texts);
          } else if (asText(value) != null) {
            texts.put(path + name, asText(value));
          }
        });
  }

  private static <T extends Comparable<T>> T within(T value, T min, T max) {
    boolean inside = value != null && value.compareTo(min) >= 0 && value.compareTo(max) <= 0;
    return inside ? value : null;
  }

  private static String range(String what, long min, long max) {
    return max == Integer.MAX_VALUE || max == Long.MAX_VALUE
        ? what + " >= " + min
        : what + " from " + min + " to " + max;
  }

  private static String bytesRange(long min, long max) {
    return "an amount of bytes such as 64KiB, from " + min + " to " + max;
  }

  private static String timeRange(Duration min, Duration max) {
    return "a time with its unit such as 10s, from " + written(min) + " to " + written(max);
  }

  private static String written(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }

  private static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

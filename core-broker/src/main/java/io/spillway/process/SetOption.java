package io.spillway.process;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.List;

/**
 * One {@code --set KEY=VALUE}. VALUE is HOCON where it parses. Otherwise it is a plain string, and
 * so is unquoted text with {@code #}, {@code //} or a comma, which HOCON would cut off there
 * without a word. Stateless.
 */
final class SetOption {
  private SetOption() {}

  /**
   * @throws ConfigurationException for what isn't KEY=VALUE
   */
  static Config parse(String option) {
    int equals = option.indexOf('=');
    String key = key(option);
    if (equals < 0 || !isKey(key)) {
      String shown = equals < 0 ? option : key + "=...";
      throw new ConfigurationException(
          List.of(new Mistake("--set", shown, "KEY=VALUE with a key such as log.level", null)));
    }
    return value(key, option.substring(equals + 1)).atPath(key);
  }

  /** What stands before the first {@code =}, or everything. */
  static String key(String option) {
    int equals = option.indexOf('=');
    return equals < 0 ? option : option.substring(0, equals).strip();
  }

  private static boolean isKey(String key) {
    try {
      return !ConfigUtil.splitPath(key).isEmpty();
    } catch (ConfigException e) {
      return false;
    }
  }

  private static ConfigValue value(String key, String text) {
    String origin = "--set " + key;
    if (!isCutOff(text.strip())) {
      try {
        Config parsed =
            ConfigFactory.parseString(
                "v = " + text, ConfigParseOptions.defaults().setOriginDescription(origin));
        ConfigValue value = parsed.root().get("v");
        if (value != null && parsed.root().size() == 1) {
          return value;
        }
      } catch (ConfigException e) {
        // Then it is the plain string below.
      }
    }
    return ConfigValueFactory.fromAnyRef(text).withOrigin(ConfigOriginFactory.newSimple(origin));
  }

  private static boolean isCutOff(String text) {
    boolean quoted = text.startsWith("\"") || text.startsWith("[") || text.startsWith("{");
    return !quoted && (text.contains("#") || text.contains("//") || text.contains(","));
  }
}

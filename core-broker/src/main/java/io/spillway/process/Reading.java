package io.spillway.process;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A role's configuration, read once: {@code --set} over the environment over {@code --config} over
 * {@code --mosquitto-conf} over the defaults. Immutable but for the mistakes that its settings
 * collect while a role reads them.
 *
 * @param notes what the user should know about lines and options that aren't used
 * @param described the same, with what became of those that were
 */
record Reading(Settings settings, List<String> notes, List<String> described) {

  static Reading of(Role role, Arguments arguments, Map<String, String> environment) {
    List<Mistake> mistakes = new ArrayList<>();
    List<String> notes = new ArrayList<>(ofOtherRoles(arguments.set, role));
    List<String> described = new ArrayList<>(notes);
    Config config =
        fromSet(arguments.set, mistakes).withFallback(fromEnvironment(role, environment));
    if (arguments.config != null) {
      config = config.withFallback(fromFile(arguments.config, mistakes));
    }
    if (arguments.mosquittoConf != null) {
      MosquittoConf mosquitto = MosquittoConf.read(arguments.mosquittoConf);
      mistakes.addAll(mosquitto.mistakes());
      notes.addAll(mosquitto.notesFor(role));
      described.addAll(mosquitto.describedFor(role));
      config = config.withFallback(mosquitto.config());
    }
    return new Reading(resolved(config, role, mistakes), notes, described);
  }

  private static Settings resolved(Config config, Role role, List<Mistake> mistakes) {
    Config reference = ConfigFactory.defaultReferenceUnresolved();
    Set<String> roots = new HashSet<>(role.roots());
    roots.add("log");
    try {
      Config resolved = config.withFallback(reference).resolve();
      mistakes.addAll(UnknownKeys.in(resolved, reference.resolve(), roots));
      return Settings.of(resolved, mistakes);
    } catch (ConfigException e) {
      mistakes.add(unreadable("configuration", null, e));
      return Settings.of(reference.resolve(), mistakes);
    }
  }

  private static Config fromSet(List<String> options, List<Mistake> mistakes) {
    Config config = ConfigFactory.empty();
    for (String option : options) {
      try {
        config = SetOption.parse(option).withFallback(config);
      } catch (ConfigurationException e) {
        mistakes.addAll(e.mistakes());
      }
    }
    return config;
  }

  /** A file may be shared by the roles; what stands on one's command line is meant for that one. */
  private static List<String> ofOtherRoles(List<String> options, Role role) {
    List<String> notes = new ArrayList<>();
    for (String option : options) {
      String key = SetOption.key(option);
      String root = key.replaceFirst("\\..*", "");
      if (UnknownKeys.isOfAnotherRole(root, role)) {
        String owner = root.equals("broker") ? "the core broker reads it" : "the gateway reads it";
        notes.add("--set " + key + ": isn't " + role.command() + "'s: " + owner);
      }
    }
    return notes;
  }

  private static Config fromEnvironment(Role role, Map<String, String> environment) {
    Config config = ConfigFactory.empty();
    for (Map.Entry<String, String> secret : role.secrets().entrySet()) {
      String value = environment.getOrDefault(secret.getKey(), "");
      if (!value.isEmpty()) {
        String key = secret.getValue();
        ConfigOrigin origin = ConfigOriginFactory.newSimple("environment " + secret.getKey());
        config =
            config
                .withValue(key, ConfigValueFactory.fromAnyRef(value).withOrigin(origin))
                // It replaces the one that a file names.
                .withValue(key + "-file", ConfigValueFactory.fromAnyRef("none").withOrigin(origin));
      }
    }
    return config;
  }

  /** Nothing where it can't be read, so that the other mistakes are found too. */
  private static Config fromFile(Path file, List<Mistake> mistakes) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      mistakes.add(new Mistake("--config", file.toString(), "a readable file", null));
      return ConfigFactory.empty();
    }
    try {
      return ConfigFactory.parseFile(
          file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
    } catch (ConfigException e) {
      mistakes.add(unreadable("--config", file.toString(), e));
      return ConfigFactory.empty();
    }
  }

  private static Mistake unreadable(String key, String value, ConfigException failure) {
    String place = failure.origin() == null ? null : Settings.place(failure.origin());
    return new Mistake(key, value, HoconFault.expectation(failure), place);
  }
}

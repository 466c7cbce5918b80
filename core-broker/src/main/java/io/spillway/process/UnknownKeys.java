package io.spillway.process;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds keys that nobody reads: those with no default in a {@code reference.conf}. Below a default
 * of {@code {}} any name is allowed, as it is inside a list. Used once per reading.
 */
final class UnknownKeys {
  /** Another role's root is known here, and not looked into. */
  private static final Set<String> EVERY_ROOT = Set.of("broker", "gateway", "log");

  private final ConfigObject reference;
  private final Set<String> roots;
  private final Set<String> paths = new TreeSet<>();
  private final List<Mistake> mistakes = new ArrayList<>();

  private UnknownKeys(ConfigObject reference, Set<String> roots) {
    this.reference = reference;
    this.roots = roots;
    for (String root : roots) {
      collect(reference.get(root), root);
    }
  }

  /**
   * @param roots those that the role reads
   */
  static List<Mistake> in(Config config, Config reference, Set<String> roots) {
    UnknownKeys unknown = new UnknownKeys(reference.root(), roots);
    config.root().forEach(unknown::root);
    return unknown.mistakes;
  }

  /** The same for one group of keys, which are those of another group. */
  static List<Mistake> in(ConfigObject group, String path, ConfigObject known) {
    UnknownKeys unknown = new UnknownKeys(known, Set.of());
    known.forEach((name, value) -> unknown.collect(value, path + '.' + name));
    unknown.inside(path, group, known);
    return unknown.mistakes;
  }

  static boolean isOfAnotherRole(String root, Role role) {
    return EVERY_ROOT.contains(root) && !root.equals("log") && !role.roots().contains(root);
  }

  private void root(String name, ConfigValue value) {
    if (roots.contains(name)) {
      inside(name, value, reference.get(name));
    } else if (!EVERY_ROOT.contains(name)) {
      unknown(ConfigUtil.joinPath(name), value, EVERY_ROOT);
    }
  }

  private void inside(String path, ConfigValue value, ConfigValue known) {
    if (!(known instanceof ConfigObject keys) || keys.isEmpty()) {
      return;
    }
    if (!(value instanceof ConfigObject object)) {
      mistakes.add(
          new Mistake(path, text(value), "keys in braces", Settings.place(value.origin())));
      return;
    }
    object.forEach(
        (name, inner) -> {
          String innerPath = path + '.' + ConfigUtil.joinPath(name);
          if (keys.containsKey(name)) {
            inside(innerPath, inner, keys.get(name));
          } else {
            unknown(innerPath, inner, paths);
          }
        });
  }

  private void unknown(String path, ConfigValue value, Collection<String> candidates) {
    String nearest = nearest(path, candidates);
    String expectation = nearest == null ? "a known key" : "a known key, such as " + nearest;
    mistakes.add(new Mistake(path, null, expectation, place(value)));
  }

  /** That of a value: what holds it may have been made of several places. */
  private static String place(ConfigValue value) {
    ConfigValue inner = value;
    while (inner instanceof ConfigObject object && !object.isEmpty()) {
      inner = object.values().iterator().next();
    }
    return Settings.place(inner.origin());
  }

  /** The same last name elsewhere counts as near, because keys are put one level too high. */
  private static String nearest(String path, Collection<String> candidates) {
    String nearest = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      int whole = EditDistance.of(path, candidate);
      int last = EditDistance.of(lastName(path), lastName(candidate));
      int distance = 4 * last + whole;
      boolean near = whole <= 2 + path.length() / 8 || last <= lastName(path).length() / 4;
      if (near && distance < least) {
        least = distance;
        nearest = candidate;
      }
    }
    return nearest;
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private void collect(ConfigValue value, String path) {
    paths.add(path);
    if (value instanceof ConfigObject object) {
      object.forEach((name, inner) -> collect(inner, path + '.' + name));
    }
  }

  private static String text(ConfigValue value) {
    return value.valueType() == ConfigValueType.NULL ? "none" : String.valueOf(value.unwrapped());
  }
}

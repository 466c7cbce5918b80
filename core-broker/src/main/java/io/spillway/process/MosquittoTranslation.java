package io.spillway.process;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Turns the lines of a {@code mosquitto.conf} into keys of ours. The options outside listeners are
 * {@link MosquittoOptions}'s, those of listeners {@link MosquittoListener}'s; this holds what comes
 * of them. Used once.
 */
final class MosquittoTranslation {
  private final List<Mistake> mistakes = new ArrayList<>();
  private final List<Note> notes = new ArrayList<>();
  private final List<Became> became = new ArrayList<>();
  private final List<MosquittoLine> lines;
  private final Map<MosquittoLine, Integer> included;
  private Config config = ConfigFactory.empty();

  private MosquittoTranslation(List<MosquittoLine> lines, Map<MosquittoLine, Integer> included) {
    this.lines = lines;
    this.included = included;
  }

  /**
   * @param root the role root the line is for; null when it has no meaning here at all
   */
  private record Note(MosquittoLine line, String root, String reason) {}

  /** A key that a line set, or in which it has a part; a value of null: that. */
  private record Became(MosquittoLine line, String key, String value) {
    @Override
    public String toString() {
      return value == null ? key : key + " = " + value;
    }
  }

  /** {@code included} are the numbers of files that the lines with {@code include_dir} read. */
  static MosquittoTranslation of(List<MosquittoLine> lines, Map<MosquittoLine, Integer> included) {
    MosquittoTranslation translation = new MosquittoTranslation(lines, included);
    List<MosquittoListener> listeners = new ArrayList<>();
    MosquittoListener main = new MosquittoListener(null);
    MosquittoListener current = main;
    boolean inBridge = false;
    MosquittoLine anonymous = null;
    MosquittoSecurity security = new MosquittoSecurity(main);
    for (MosquittoLine line : lines) {
      String option = line.option();
      if (included.containsKey(line)) {
        continue; // The lines of its files follow.
      }
      if (line.value().isEmpty() && isKnown(option)) {
        translation.mistake(line, MosquittoLine.A_VALUE);
        continue;
      }
      if (option.equals("connection")) {
        inBridge = true;
      } else if (option.equals("listener")) {
        inBridge = false;
      }
      if (option.equals("allow_anonymous")) {
        anonymous = line;
      }
      if (option.equals("listener")) {
        current = new MosquittoListener(line);
        listeners.add(current);
      } else if (inBridge && MosquittoOptions.isBridge(option)) {
        translation.nothing(line, "bridges to other brokers aren't supported");
      } else if (!current.take(line) && !MosquittoOptions.translate(line, translation)) {
        translation.unknown(line);
      }
      security.take(line, current);
    }
    if (main.isOpened()) {
      listeners.add(0, main);
    } else {
      main.tellUnused(translation);
    }
    MosquittoListeners.translate(listeners, translation);
    security.check(listeners, translation);
    if (!listeners.isEmpty() && anonymous == null) {
      // Mosquitto 2 refuses strangers as soon as a listener is configured.
      translation.put("broker.auth.allow-anonymous", "no", listeners.get(0).line());
    }
    return translation;
  }

  Config config() {
    return config;
  }

  List<Mistake> mistakes() {
    return mistakes;
  }

  /** Of lines that the role doesn't use, the reasons. */
  List<String> notesFor(String command, Set<String> roots) {
    List<String> texts = new ArrayList<>();
    lines.forEach(line -> texts.addAll(notes(line, command, roots)));
    return texts;
  }

  /** What became of each line, in their order. */
  List<String> describedFor(String command, Set<String> roots) {
    List<String> texts = new ArrayList<>();
    for (MosquittoLine line : lines) {
      if (included.containsKey(line)) {
        texts.add(line.place() + ": " + line.text() + ": read: " + files(included.get(line)));
      }
      List<String> keys =
          became.stream()
              .filter(each -> each.line == line && roots.contains(root(each.key)))
              .map(Became::toString)
              .distinct()
              .toList();
      if (!keys.isEmpty()) {
        texts.add(line.place() + ": " + line.text() + " -> " + String.join(", ", keys));
      }
      texts.addAll(notes(line, command, roots));
    }
    return texts;
  }

  private static String files(int number) {
    return number == 1 ? "1 file" : number + " files";
  }

  private List<String> notes(MosquittoLine line, String command, Set<String> roots) {
    List<String> texts = new ArrayList<>();
    boolean isUsed =
        became.stream().anyMatch(each -> each.line == line && roots.contains(root(each.key)));
    for (Note note : notes) {
      String reason =
          note.root == null
              ? "has no meaning here: " + note.reason
              : "isn't " + command + "'s: " + note.reason;
      if (note.line == line && (note.root == null || !isUsed && !roots.contains(note.root))) {
        texts.add(line.place() + ": " + line.text() + ": " + reason);
      }
    }
    return texts;
  }

  private static String root(String key) {
    return key.substring(0, key.indexOf('.'));
  }

  /** Sets a key; a later line wins. */
  void put(String key, Object value, MosquittoLine line) {
    ConfigValue set = ConfigValueFactory.fromAnyRef(value).withOrigin(line.origin());
    config = set.atPath(key).withFallback(config);
    became.add(new Became(line, key, set.render(ConfigRenderOptions.concise())));
  }

  /** The line has a part in what other lines set. */
  void part(MosquittoLine line, String key) {
    became.add(new Became(line, key, null));
  }

  /** Sets a key for the root it begins with; other roles tell that the line isn't theirs. */
  void translate(String key, Object value, MosquittoLine line) {
    put(key, value, line);
    if (!root(key).equals("log")) {
      own(line, root(key));
    }
  }

  /** The line is that root's alone. */
  void own(MosquittoLine line, String root) {
    String owner = root.equals("broker") ? "the core broker reads it" : "the gateway reads it";
    notes.add(new Note(line, root, owner));
  }

  void nothing(MosquittoLine line, String reason) {
    notes.add(new Note(line, null, reason));
  }

  void mistake(MosquittoLine line, String expectation) {
    mistakes.add(line.mistake(expectation));
  }

  /** A path in the file counts from the working directory, as it does for Mosquitto. */
  static String path(String value) {
    return Path.of(value).toAbsolutePath().normalize().toString();
  }

  private static boolean isKnown(String option) {
    return option.equals("listener")
        || MosquittoListener.isOption(option)
        || MosquittoOptions.isOption(option);
  }

  private void unknown(MosquittoLine line) {
    String nearest = nearest(line.option());
    String expectation = "an option of mosquitto.conf";
    mistake(line, nearest == null ? expectation : expectation + ", such as " + nearest);
  }

  /** In a short word a few letters are most of it. Null: none is near. */
  private static String nearest(String option) {
    String nearest = null;
    int least = Math.min(3, 1 + option.length() / 3);
    for (String known : (Iterable<String>) names()::iterator) {
      int distance = EditDistance.of(option.toLowerCase(Locale.ROOT), known);
      if (distance < least) {
        least = distance;
        nearest = known;
      }
    }
    return nearest;
  }

  /** Of every option that {@code mosquitto.conf} has, in an order that doesn't change. */
  private static Stream<String> names() {
    return Stream.of(
            Stream.of("listener", "include_dir"),
            MosquittoOptions.names(),
            MosquittoListener.names())
        .flatMap(each -> each)
        .sorted();
  }
}

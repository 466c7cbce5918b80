package io.spillway.process;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Turns the lines of a {@code mosquitto.conf} into keys of ours. The options outside listeners are
 * {@link MosquittoOptions}'s, those of listeners {@link MosquittoListener}'s; this holds what comes
 * of them. Used once.
 */
final class MosquittoTranslation {
  private final List<Mistake> mistakes = new ArrayList<>();
  private final List<Note> notes = new ArrayList<>();
  private final List<MosquittoLine> lines;
  private Config config = ConfigFactory.empty();

  private MosquittoTranslation(List<MosquittoLine> lines) {
    this.lines = lines;
  }

  /**
   * @param root the role root the line is for; null when it has no meaning here at all
   */
  private record Note(MosquittoLine line, String root, String reason) {}

  static MosquittoTranslation of(List<MosquittoLine> lines) {
    MosquittoTranslation translation = new MosquittoTranslation(lines);
    List<MosquittoListener> listeners = new ArrayList<>();
    MosquittoListener main = new MosquittoListener(null);
    MosquittoListener current = main;
    boolean inBridge = false;
    MosquittoLine anonymous = null;
    for (MosquittoLine line : lines) {
      String option = line.option();
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
    }
    if (main.isOpened()) {
      listeners.add(0, main);
    } else {
      main.tellUnused(translation);
    }
    MosquittoListener.translate(listeners, translation);
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

  List<String> notesFor(String command, Set<String> roots) {
    List<String> texts = new ArrayList<>();
    notes.sort(Comparator.comparingInt(note -> lines.indexOf(note.line)));
    for (Note note : notes) {
      String reason =
          note.root == null
              ? "has no meaning here: " + note.reason
              : "isn't " + command + "'s: " + note.reason;
      if (note.root == null || !roots.contains(note.root)) {
        texts.add(note.line.place() + ": " + note.line.text() + ": " + reason);
      }
    }
    return texts;
  }

  /** Sets a key; a later line wins. */
  void put(String key, Object value, MosquittoLine line) {
    config =
        ConfigValueFactory.fromAnyRef(value)
            .withOrigin(line.origin())
            .atPath(key)
            .withFallback(config);
  }

  /** Sets a key for the root it begins with; other roles tell that the line isn't theirs. */
  void translate(String key, Object value, MosquittoLine line) {
    put(key, value, line);
    String root = key.substring(0, key.indexOf('.'));
    if (!root.equals("log")) {
      own(line, root);
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

  private void unknown(MosquittoLine line) {
    String nearest = null;
    for (String known : MosquittoOptions.names()) {
      boolean near = EditDistance.of(line.option(), known) <= 2;
      nearest = near && nearest == null ? known : nearest;
    }
    String expectation = "an option of mosquitto.conf";
    mistake(line, nearest == null ? expectation : expectation + ", such as " + nearest);
  }
}

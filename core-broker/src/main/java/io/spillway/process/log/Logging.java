package io.spillway.process.log;

import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.event.Level;

/** The switches of the log, to be turned at any time and by any thread. */
public final class Logging {
  /** What stands at the beginning of a line. */
  public enum Timestamp {
    /** Seconds since 1970, as Mosquitto's lines have them. */
    EPOCH,
    /** Local date and time with the offset from UTC. */
    ISO,
    /** Nothing: a supervisor adds its own. */
    NONE
  }

  /** How a line is written. */
  public enum Format {
    TEXT,
    JSON
  }

  private static final FloodGuard FLOODS = new FloodGuard(() -> Logging.WRITER.wake());
  private static final LineWriter WRITER =
      new LineWriter(new StandardError(), FLOODS::holdsBack, Logging::tellFloods);
  private static volatile LineFormat format = new LineFormat(Timestamp.EPOCH, Format.TEXT);
  // Null while nobody reads along.
  private static volatile Consumer<String> reader;

  private Logging() {}

  public static void format(Timestamp timestamp, Format format) {
    Logging.format = new LineFormat(timestamp, format);
  }

  /**
   * @param overall of our loggers; the libraries' stay at warn unless this is higher
   * @param byName for loggers whose name begins with it, the longest name deciding
   */
  public static void levels(Level overall, Map<String, Level> byName) {
    Loggers.INSTANCE.levels(overall, byName);
  }

  /**
   * Hands every message of our loggers from info upwards to the reader as well, without its time
   * and on the thread that logs it, until closed. One reader at a time; for tests.
   */
  public static Tee tee(Consumer<String> messages) {
    reader = messages;
    Loggers.INSTANCE.teed(true);
    return () -> {
      Loggers.INSTANCE.teed(false);
      reader = null;
    };
  }

  /** Ends the reading along. */
  public interface Tee extends AutoCloseable {
    @Override
    void close();
  }

  /** Waits until what was logged so far has been written, but not longer than this. */
  public static void flush(Duration timeout) {
    WRITER.flush(timeout);
  }

  /** Whether a line may be printed: of warnings there may be too many. */
  static boolean admits(Level level, String pattern) {
    return level.toInt() < Level.WARN.toInt()
        || FLOODS.admit(String.valueOf(pattern), System.currentTimeMillis());
  }

  private static void tellFloods() {
    long now = System.currentTimeMillis();
    FLOODS.tell(
        now,
        (pattern, count) -> {
          String text = count + " more lines like \"" + pattern + "\" were held back.";
          WRITER.write(format.line(now, Level.WARN, "io.spillway.process.log", text, null));
        });
  }

  static void log(Level level, String logger, String message, Throwable failure, boolean print) {
    Consumer<String> along = reader;
    if (along != null) {
      along.accept(LineFormat.safe(message));
    }
    if (print) {
      WRITER.write(format.line(System.currentTimeMillis(), level, logger, message, failure));
    }
  }

  /** Looks standard error up at each write, because tests and supervisors may replace it. */
  private static final class StandardError extends OutputStream {
    @Override
    public void write(int value) {
      System.err.write(value);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      System.err.write(bytes, offset, length);
      System.err.flush();
    }
  }
}

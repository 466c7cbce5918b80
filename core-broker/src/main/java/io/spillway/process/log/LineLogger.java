package io.spillway.process.log;

import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** One logger. Any thread; the two levels may change at any time. */
final class LineLogger extends LegacyAbstractLogger {
  private static final long serialVersionUID = 1;

  /** From here on a line is made; at most as high as {@link #printed}. */
  private volatile int made = Level.WARN.toInt();

  /** From here on a line is printed. */
  private volatile int printed = Level.WARN.toInt();

  LineLogger(String name) {
    this.name = name;
  }

  void levels(Level printed, Level made) {
    this.printed = printed.toInt();
    this.made = made.toInt();
  }

  @Override
  public boolean isTraceEnabled() {
    return made <= Level.TRACE.toInt();
  }

  @Override
  public boolean isDebugEnabled() {
    return made <= Level.DEBUG.toInt();
  }

  @Override
  public boolean isInfoEnabled() {
    return made <= Level.INFO.toInt();
  }

  @Override
  public boolean isWarnEnabled() {
    return made <= Level.WARN.toInt();
  }

  @Override
  public boolean isErrorEnabled() {
    return true;
  }

  @Override
  protected String getFullyQualifiedCallerName() {
    return null;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level, Marker marker, String pattern, Object[] arguments, Throwable failure) {
    String message =
        arguments == null ? pattern : MessageFormatter.basicArrayFormat(pattern, arguments);
    boolean print = level.toInt() >= printed && Logging.admits(level, pattern);
    Logging.log(level, name, message, failure, print);
  }
}

package io.spillway.process.metrics;

import java.math.BigDecimal;

/**
 * One answer to a scrape in Prometheus' text format, version 0.0.4. Families are written one after
 * the other, each with its samples. Made for one request, used by one thread.
 */
public final class MetricsPage {
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private final StringBuilder text = new StringBuilder(16 * 1024);

  /** The family whose samples follow. */
  private String name;

  /** Begins a family of values that only grow; by convention its name ends with {@code _total}. */
  public MetricsPage counter(String name, String help) {
    return family(name, "counter", help);
  }

  /** Begins a family of values that go up and down. */
  public MetricsPage gauge(String name, String help) {
    return family(name, "gauge", help);
  }

  /** Begins a family of distributions; its name ends with the unit, {@code _seconds}. */
  public MetricsPage histogram(String name, String help) {
    return family(name, "histogram", help);
  }

  /** A sample; labels come as name, value, name, value. */
  public MetricsPage value(double value, String... labels) {
    sample("", null, value, labels);
    return this;
  }

  /** All samples of one distribution. */
  public MetricsPage value(Histogram histogram, String... labels) {
    Histogram.Snapshot snapshot = histogram.snapshot();
    for (int i = 0; i < snapshot.bounds().length; i++) {
      sample("_bucket", number(snapshot.bounds()[i]), snapshot.upTo(i), labels);
    }
    sample("_bucket", "+Inf", snapshot.count(), labels);
    sample("_sum", null, snapshot.sumSeconds(), labels);
    sample("_count", null, snapshot.count(), labels);
    return this;
  }

  public String text() {
    return text.toString();
  }

  private MetricsPage family(String name, String type, String help) {
    this.name = name;
    text.append("# HELP ").append(name).append(' ');
    text.append(help.replace("\\", "\\\\").replace("\n", "\\n")).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    return this;
  }

  private void sample(String suffix, String bound, double value, String... labels) {
    text.append(name).append(suffix);
    if (labels.length > 0 || bound != null) {
      text.append('{');
      for (int i = 0; i < labels.length; i += 2) {
        label(labels[i], labels[i + 1]);
      }
      if (bound != null) {
        label("le", bound);
      }
      text.setCharAt(text.length() - 1, '}');
    }
    text.append(' ').append(number(value)).append('\n');
  }

  private void label(String name, String value) {
    String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    text.append(name).append("=\"").append(escaped).append("\",");
  }

  private static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    return BigDecimal.valueOf(value).toPlainString();
  }
}

package io.spillway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The command {@code scripts/bench}. Starts every target once, then runs each scenario turn by turn
 * against all of them: first the warm-up, then the rounds, A B A B.
 */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures Spillway, beside other brokers if asked, on this machine's loopback.",
      "Figures are medians of the rounds with their spread. Machines differ and are noisy: compare"
          + " targets of one run, not runs."
    })
final class BenchMain implements Callable<Integer> {
  @Parameters(paramLabel = "SCENARIO", description = "which ones; all where none is named")
  List<String> scenarios = new ArrayList<>();

  @Option(
      names = "--against",
      split = ",",
      paramLabel = "PEER",
      description =
          "brokers to run beside it: mosquitto, nats, moquette, hivemq, aedes, rabbitmq, spillway-one"
              + " (one process)")
  List<String> peers = new ArrayList<>();

  @Option(
      names = "--variant",
      paramLabel = "SETTINGS",
      description =
          "another Spillway beside it, with KEY=VALUE settings (blanks between them), jvm=OPTION for"
              + " both processes, or home=DIRECTORY of another checkout; repeatable")
  List<String> variants = new ArrayList<>();

  @Option(names = "--quick", description = "few scenarios and short rounds, under two minutes")
  boolean quick;

  @Option(names = "--rounds", paramLabel = "N", description = "rounds per scenario (5, quick 3)")
  Integer rounds;

  @Option(names = "--time", paramLabel = "SECONDS", description = "per round (5, quick 1)")
  Double time;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description =
          "of load per target before its first scenario and before connections are opened (40, quick"
              + " 5); otherwise a quarter")
  Double warmUp;

  @Option(names = "--json", description = "one JSON line per result")
  boolean json;

  @Option(names = "--list", description = "names the scenarios and ends")
  boolean list;

  public static void main(String[] args) {
    System.exit(new CommandLine(new BenchMain()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    Map<String, Scenario> all = Scenarios.all();
    if (list) {
      all.values().forEach(s -> System.out.printf("%-22s %s%n", s.name(), s.description()));
      return 0;
    }
    List<String> names = new ArrayList<>(scenarios);
    if (names.isEmpty()) {
      names.addAll(quick ? Scenarios.QUICK : all.keySet());
      if (!quick) {
        System.err.printf(
            "All %d scenarios take about %d minutes per broker; --quick takes less than two.%n",
            names.size(), minutes(all.size()));
      }
    }
    for (String name : names) {
      if (!all.containsKey(name)) {
        System.err.println(name + " (expected: one of " + all.keySet() + ")");
        return 2;
      }
    }
    Path directory = Files.createTempDirectory("spillway-bench");
    List<Target> targets = new ArrayList<>();
    try {
      Targets starter = new Targets(Path.of(System.getProperty("spillway.home")), directory);
      targets.add(starter.start("spillway"));
      for (String variant : variants) {
        targets.add(starter.start(Targets.VARIANT + variant));
      }
      for (String peer : peers) {
        targets.add(starter.start(peer));
      }
      Report report = new Report(System.out, json);
      boolean first = true;
      for (String name : names) {
        run(all.get(name), targets, starter, first, report);
        first = false;
      }
      return 0;
    } finally {
      targets.forEach(Target::close);
      delete(directory);
    }
  }

  /** Rounds and warm-up; what opening clients and settling takes comes to about as much again. */
  private long minutes(int count) {
    double each = rounds(5) * seconds(time, 5).toMillis() + warmUpSeconds() * 250;
    return Math.round(2 * count * each / 60_000);
  }

  private int rounds(int otherwise) {
    return rounds != null ? rounds : otherwise;
  }

  private double warmUpSeconds() {
    return warmUp != null ? warmUp : quick ? 5 : 40;
  }

  private void run(
      Scenario scenario, List<Target> targets, Targets starter, boolean first, Report report) {
    Duration each = seconds(time, quick ? 1 : 5);
    boolean whole = first || scenario.wantsWholeWarmUp();
    Duration warm = Duration.ofMillis((long) (warmUpSeconds() * (whole ? 1000 : 250)));
    int count = rounds(quick ? 3 : 5);
    Map<String, List<Result>> results = new LinkedHashMap<>();
    int begin = scenario.wantsFreshTarget() ? 0 : -1;
    for (int round = begin; round < count; round++) {
      for (Target target : targets) {
        List<Result> kept = results.computeIfAbsent(target.name(), name -> new ArrayList<>());
        if (round >= 0 && kept.size() < round) {
          // It has failed before.
          continue;
        }
        try {
          if (round < 0) {
            scenario.warmUp(target, warm);
          } else if (scenario.wantsFreshTarget()) {
            kept.add(runFresh(scenario, starter, target.name(), each));
          } else {
            kept.add(scenario.run(target, each));
          }
        } catch (Exception e) {
          report.failed(scenario, target.name(), e);
          kept.clear();
        }
      }
    }
    results.values().removeIf(List::isEmpty);
    report.scenario(scenario, results);
  }

  private static Result runFresh(Scenario scenario, Targets starter, String name, Duration time)
      throws Exception {
    try (Target fresh = starter.start(name)) {
      return scenario.run(fresh, time);
    }
  }

  private static Duration seconds(Double given, double otherwise) {
    return Duration.ofMillis((long) (1000 * (given != null ? given : otherwise)));
  }

  static void delete(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}

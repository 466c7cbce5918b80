package io.spillway.process;

import io.spillway.process.log.Logging;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * The command line of a role, and the life of its process: read, start, run until asked to stop,
 * stop. One instance per process, on the main thread.
 */
public final class RoleCommand {
  static final int STOPPED = 0;
  static final int FAILED = 1;
  static final int BAD_CONFIGURATION = 2;

  private static final int HELP_WIDTH = 100;
  private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration LONGEST_SHUTDOWN = Duration.ofHours(1);

  private static final Logger log = LoggerFactory.getLogger(RoleCommand.class);

  private final Role role;
  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;

  RoleCommand(Role role, Map<String, String> environment, PrintStream out, PrintStream err) {
    this.role = role;
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  /** Runs the role until it is asked to stop, and ends the process: 0, 1 or 2. */
  public static void run(Role role, String[] args) {
    // Undertow's log; it has to be told before its first class is loaded.
    System.setProperty("org.jboss.logging.provider", "slf4j");
    int status = new RoleCommand(role, System.getenv(), System.out, System.err).execute(args);
    Logging.flush(FLUSH_TIMEOUT);
    System.exit(status);
  }

  int execute(String... args) {
    Arguments arguments = new Arguments();
    CommandLine line = new CommandLine(arguments).setCommandName(role.command());
    line.getCommandSpec().usageMessage().description(role.description());
    line.setUsageHelpWidth(HELP_WIDTH);
    try {
      line.parseArgs(args);
    } catch (ParameterException e) {
      err.println(role.command() + ": " + e.getMessage());
      err.println("Try '" + role.command() + " --help'.");
      return BAD_CONFIGURATION;
    }
    if (line.isUsageHelpRequested()) {
      line.usage(out);
      return STOPPED;
    }
    if (line.isVersionHelpRequested()) {
      line.printVersionHelp(out);
      return STOPPED;
    }
    return read(arguments);
  }

  private int read(Arguments arguments) {
    Reading reading = Reading.of(role, arguments, environment);
    Configured configured;
    try {
      configured = configure(reading.settings());
    } catch (ConfigurationException e) {
      if (arguments.checkConfig) {
        // What is wrong with a line stands below, so it isn't told as if it were taken over.
        reading.described().stream().filter(text -> !isOfAny(e, text)).forEach(out::println);
      }
      e.mistakes().forEach(err::println);
      return BAD_CONFIGURATION;
    }
    if (arguments.checkConfig) {
      reading.described().forEach(out::println);
      configured.service.warnings().forEach(warning -> out.println("Warning: " + warning));
      out.println("The configuration is good.");
      return STOPPED;
    }
    configured.switches.apply();
    log.info("spillway version {} starting", Version.text());
    tellSources(arguments);
    reading.notes().forEach(log::warn);
    return live(arguments, configured);
  }

  /** Whether the text begins with the place of a mistake. */
  private static boolean isOfAny(ConfigurationException wrong, String text) {
    return wrong.mistakes().stream().anyMatch(each -> text.startsWith(each.place() + ": "));
  }

  private int live(Arguments arguments, Configured configured) {
    Duration timeout = configured.shutdownTimeout;
    Requests requests = new Requests(timeout);
    requests.listen();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> log.error("Thread {} ended.", thread.getName(), failure));
    try {
      configured.service.start();
    } catch (StartFailure e) {
      log.error("{}", e.getMessage());
      stop(configured.service, timeout);
      return FAILED;
    } catch (Exception e) {
      log.error("The start failed.", e);
      stop(configured.service, timeout);
      return FAILED;
    }
    configured.service.greeting().forEach(out::println);
    out.println("spillway " + Version.text() + " running");
    out.flush();
    Supervisor supervisor = new Supervisor(environment);
    supervisor.ready();
    Settings current = configured.settings;
    while (requests.next() == Requests.Request.RELOAD) {
      current = reload(arguments, configured, current);
    }
    log.info("spillway version {} terminating", Version.text());
    supervisor.stopping();
    if (!stop(configured.service, requests.left())) {
      return FAILED;
    }
    log.info("spillway version {} terminated", Version.text());
    return STOPPED;
  }

  /**
   * Returns the settings in force from now on: those there were, where the new ones hold a mistake.
   * The service reads its files again all the same, as one of them may be that mistake and must
   * keep no other from being used.
   */
  private Settings reload(Arguments arguments, Configured running, Settings current) {
    Settings next = current;
    try {
      Configured again = configure(Reading.of(role, arguments, environment).settings());
      again.switches.apply();
      next = again.settings;
      log.info("Reloading config.");
    } catch (ConfigurationException e) {
      e.mistakes().forEach(mistake -> log.error("{}", mistake));
      log.error("The configuration stays as it was; the files that it names are read again.");
    }
    try {
      running.service.reload(next);
      if (next != current) {
        for (String key : next.differencesTo(running.settings, role.roots())) {
          log.warn("{} was changed; it takes effect with the next start.", key);
        }
      }
    } catch (StartFailure e) {
      log.error("Not everything could be read again: {}", e.getMessage());
    } catch (Exception e) {
      log.error("The reload failed.", e);
    }
    return next;
  }

  private static boolean stop(Service service, Duration timeout) {
    try {
      service.stop(timeout);
      return true;
    } catch (Exception e) {
      log.error("The stop failed.", e);
      return false;
    }
  }

  private void tellSources(Arguments arguments) {
    if (arguments.mosquittoConf != null) {
      log.info("Config loaded from {}.", arguments.mosquittoConf);
    }
    if (arguments.config != null) {
      log.info("Config loaded from {}.", arguments.config);
    }
  }

  private Configured configure(Settings settings) {
    Service service = role.configure(settings);
    LogSwitches switches = LogSwitches.read(settings.under("log"));
    Duration timeout = Duration.ZERO;
    for (String root : role.roots()) {
      Duration own =
          settings.duration(root + ".shutdown-timeout", Duration.ofSeconds(1), LONGEST_SHUTDOWN);
      timeout = own.compareTo(timeout) > 0 ? own : timeout;
    }
    settings.check();
    return new Configured(settings, service, switches, timeout);
  }

  private record Configured(
      Settings settings, Service service, LogSwitches switches, Duration shutdownTimeout) {}
}

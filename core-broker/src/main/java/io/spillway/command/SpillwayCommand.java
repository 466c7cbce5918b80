package io.spillway.command;

import com.typesafe.config.ConfigFactory;
import io.spillway.process.Version;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line and its sub-commands; each is one request, or one per page. */
@Command(
    name = "spillway",
    description = "Looks after a running broker.",
    mixinStandardHelpOptions = true,
    versionProvider = SpillwayCommand.BuiltVersion.class,
    subcommands = GenerateCompletion.class,
    footerHeading = "%nExamples:%n",
    footer = {
      "  spillway clients --prefix kitchen",
      "  spillway retained 'house/#'",
      "  spillway kick kitchen-display",
      "  spillway publish --retain house/door open",
      "",
      "Each command has a --help of its own."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:done", "1:refused, or no broker there", "2:bad usage"})
public final class SpillwayCommand {
  private static final int REFUSED = 1;
  private static final int BAD_USAGE = 2;
  private static final int HELP_WIDTH = 100;

  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;

  SpillwayCommand(Map<String, String> environment, PrintStream out, PrintStream err) {
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  public static void main(String[] args) {
    System.exit(new SpillwayCommand(System.getenv(), System.out, System.err).execute(args));
  }

  int execute(String... args) {
    CommandLine line = new CommandLine(this);
    line.getSubcommands().get("generate-completion").getCommandSpec().usageMessage().hidden(true);
    line.setUsageHelpWidth(HELP_WIDTH);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          if (!(failure instanceof Refusal)) {
            throw failure;
          }
          err.println("spillway: " + failure.getMessage());
          return REFUSED;
        });
    line.setParameterExceptionHandler((mistake, ignored) -> badUsage(line, mistake));
    line.setExecutionStrategy(
        parsed -> {
          if (!parsed.hasSubcommand() && !parsed.isUsageHelpRequested()) {
            if (!parsed.isVersionHelpRequested()) {
              line.usage(out);
              return BAD_USAGE;
            }
          }
          return new CommandLine.RunLast().execute(parsed);
        });
    line.setOut(new java.io.PrintWriter(out, true));
    line.setErr(new java.io.PrintWriter(err, true));
    return line.execute(args);
  }

  /** What is wrong, what may have been meant, and where to read on; the usage has a page. */
  private int badUsage(CommandLine line, ParameterException mistake) {
    CommandLine command = mistake.getCommandLine();
    String message = mistake.getMessage();
    if (command == line
        && mistake instanceof UnmatchedArgumentException unmatched
        && !unmatched.isUnknownOption()) {
      message = "there is no command '" + unmatched.getUnmatched().get(0) + "'";
    }
    err.println("spillway: " + message);
    UnmatchedArgumentException.printSuggestions(mistake, line.getErr());
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return BAD_USAGE;
  }

  /** Where the broker is, and how to print. */
  static final class Target {
    @Option(
        names = "--url",
        paramLabel = "URL",
        defaultValue = "http://127.0.0.1:9883",
        description = {
          "the broker's admin listener, http:// may be left out; default:",
          "${DEFAULT-VALUE}"
        })
    String url;

    @Option(
        names = "--token-file",
        paramLabel = "FILE",
        description = {
          "its first line is what broker.admin.token says;",
          "or set SPILLWAY_ADMIN_TOKEN; none: no token"
        })
    java.nio.file.Path tokenFile;

    @Option(names = "--json", description = "prints the broker's answer as it is")
    boolean json;

    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "shows this")
    boolean help;
  }

  /** A list's form. */
  static final class Form {
    @Option(
        names = "--wide",
        description = {
          "more columns, for a terminal of 120; what ends with an ellipsis was cut,",
          "--json has all in full"
        })
    boolean wide;
  }

  /** How much of a list. */
  static final class Paging {
    @Option(
        names = "--limit",
        paramLabel = "N",
        defaultValue = "100",
        description = "entries at most, up to 1000 (default: ${DEFAULT-VALUE})")
    int limit;

    @Option(
        names = "--after",
        paramLabel = "NAME",
        defaultValue = "",
        description = "goes on behind this one, as the page before says")
    String after;
  }

  @Command(name = "clients", description = "Lists connected clients.")
  void clients(
      @Mixin Target target,
      @Mixin Paging paging,
      @Mixin Form form,
      @Option(
              names = "--prefix",
              paramLabel = "TEXT",
              defaultValue = "",
              description = "with which the client identifier begins")
          String prefix) {
    String request = "/clients?connected=true&prefix=" + Api.encoded(prefix);
    list(target, request, paging, form.wide, "No client is connected" + beginning(prefix) + ".");
  }

  @Command(name = "sessions", description = "Lists sessions, with and without their client.")
  void sessions(
      @Mixin Target target,
      @Mixin Paging paging,
      @Mixin Form form,
      @Option(names = "--away", description = "only those whose client is away") boolean away,
      @Option(
              names = "--prefix",
              paramLabel = "TEXT",
              defaultValue = "",
              description = "with which the client identifier begins")
          String prefix) {
    String request = "/clients?prefix=" + Api.encoded(prefix) + (away ? "&connected=false" : "");
    String empty = away ? "No session waits for its client" : "There is no session";
    list(target, request, paging, form.wide, empty + beginning(prefix) + ".");
  }

  private static String beginning(String prefix) {
    return prefix.isEmpty() ? "" : " whose identifier begins with '" + prefix + "'";
  }

  @Command(name = "client", description = "Shows all about one client.")
  void client(@Mixin Target target, @Parameters(paramLabel = "CLIENT") String clientId) {
    show(target, api(target).get("/clients/" + Api.encoded(clientId)));
  }

  @Command(name = "subscriptions", description = "Lists a client's subscriptions.")
  void subscriptions(
      @Mixin Target target,
      @Mixin Paging paging,
      @Parameters(paramLabel = "CLIENT") String clientId) {
    String request = "/clients/" + Api.encoded(clientId) + "/subscriptions?";
    list(target, request, paging, true, "The client has no subscription.");
  }

  @Command(
      name = "retained",
      description = "Lists retained messages, or shows one with its payload (--topic TOPIC).",
      footerHeading = "%nExamples:%n",
      footer = {"  spillway retained 'house/#'", "  spillway retained --topic house/door"})
  void retained(
      @Mixin Target target,
      @Mixin Paging paging,
      @Option(
              names = "--topic",
              paramLabel = "TOPIC",
              description = "shows this topic's, with its payload")
          String topicName,
      @Parameters(
              paramLabel = "FILTER",
              arity = "0..1",
              defaultValue = "#",
              description = "a topic filter (default: #, which leaves out $SYS/#)")
          String filter) {
    if (topicName != null) {
      show(target, api(target).get("/retained/" + Api.encoded(topicName)));
    } else {
      String request = "/retained?filter=" + Api.encoded(filter);
      list(target, request, paging, true, "No retained message matches " + filter + ".");
    }
  }

  @Command(name = "clear-retained", description = "Clears the retained messages below a filter.")
  void clearRetained(
      @Mixin Target target,
      @Parameters(paramLabel = "FILTER", description = "# for all of them") String filter) {
    show(target, api(target).delete("/retained?filter=" + Api.encoded(filter)));
  }

  @Command(name = "kick", description = "Disconnects a client; its session stays.")
  void kick(@Mixin Target target, @Parameters(paramLabel = "CLIENT") String clientId) {
    show(target, api(target).post("/clients/" + Api.encoded(clientId) + "/disconnect", Map.of()));
  }

  @Command(name = "drop", description = "Ends a client's session with all that waits for it.")
  void drop(@Mixin Target target, @Parameters(paramLabel = "CLIENT") String clientId) {
    show(target, api(target).delete("/clients/" + Api.encoded(clientId)));
  }

  @Command(name = "publish", description = "Publishes a message.")
  void publish(
      @Mixin Target target,
      @Option(
              names = "--qos",
              paramLabel = "0|1|2",
              defaultValue = "0",
              description = "(default: ${DEFAULT-VALUE})")
          int qos,
      @Option(names = "--retain", description = "keeps it for those who subscribe later")
          boolean retain,
      @Parameters(paramLabel = "TOPIC") String topicName,
      @Parameters(paramLabel = "MESSAGE") String message) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("topic", topicName);
    body.put("payload", message);
    body.put("qos", qos);
    body.put("retain", retain);
    String answer = api(target).post("/publish", body);
    if (target.json) {
      out.print(answer);
    } else {
      boolean matched = ConfigFactory.parseString(answer).getBoolean("matched");
      out.println(matched ? "Published to its subscribers." : "Published, but nobody subscribes.");
    }
  }

  @Command(name = "backup", description = "Copies the store while the broker runs.")
  void backup(@Mixin Target target) {
    show(target, api(target).post("/backup", Map.of()));
  }

  private Api api(Target target) {
    return new Api(target.url, Api.token(target.tokenFile, environment));
  }

  private void list(Target target, String request, Paging paging, boolean wide, String empty) {
    String separator = request.endsWith("?") ? "" : "&";
    String page = separator + "limit=" + paging.limit + "&after=" + Api.encoded(paging.after);
    String answer = api(target).get(request + page);
    out.print(target.json ? answer : Table.of(answer, wide, empty));
  }

  private void show(Target target, String answer) {
    out.print(target.json ? answer : Table.of(answer, true, ""));
  }

  /** Picocli makes it. */
  static final class BuiltVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"spillway " + Version.text()};
    }
  }
}

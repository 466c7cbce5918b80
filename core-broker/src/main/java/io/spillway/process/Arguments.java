package io.spillway.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** What stands on the command line of a role. Filled by picocli, read-only afterwards. */
@Command(
    mixinStandardHelpOptions = true,
    sortOptions = false,
    versionProvider = Arguments.BuiltVersion.class,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:stopped as asked", "1:failed at run time", "2:bad usage or configuration"})
final class Arguments {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "a configuration file (HOCON); what it leaves out has its default")
  Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "sets one key over the file's; may be repeated. VALUE is HOCON where it parses, otherwise a"
            + " plain string; KEY.0=VALUE replaces a list, as in",
        "  --set broker.sys-interval=5s",
        "  --set gateway.path.0=/mqtt",
        "Other users see it in process lists: secrets belong in the file or in the environment."
      })
  List<String> set = new ArrayList<>();

  @Option(
      names = "--mosquitto-conf",
      paramLabel = "FILE",
      description = "reads a mosquitto.conf and runs what it means; --config and --set go over it")
  Path mosquittoConf;

  @Option(
      names = "--check-config",
      description = {
        "tells every mistake in the configuration, or what a start would",
        "warn of, and what each line of a mosquitto.conf becomes, and ends"
      })
  boolean checkConfig;

  /** Picocli makes it. */
  static final class BuiltVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"spillway " + Version.text()};
    }
  }
}

package io.spillway.process;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents name is there: files, headings, tests and keys. */
class DocumentsTest {
  private static final Path ROOT = Path.of("..");

  private static final List<String> DIRECTORIES =
      List.of("", "conf", "core-broker", "web-demo", "ws-gateway", "ws-gateway/src/bench");

  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]*)(#[^)]*)?\\)");
  private static final Pattern TEST = Pattern.compile("\\b[A-Z]\\w+Test\\b");
  private static final Pattern KEY =
      Pattern.compile("(?:`|--set '?)((?:broker|gateway|log)(?:\\.[a-z0-9-]+)+)(?:`|=)");

  @Test
  void everyLinkLeadsToAFileAndAHeading() throws IOException {
    int links = 0;
    for (Path document : documents()) {
      for (MatchResult link : found(LINK, document)) {
        Path target =
            link.group(1).isEmpty() ? document : document.resolveSibling(link.group(1)).normalize();
        assertTrue(Files.exists(target), document + " links " + link.group());
        if (link.group(2) != null) {
          String heading = link.group(2).substring(1);
          assertTrue(headings(target).contains(heading), document + " links " + link.group());
        }
        links++;
      }
    }
    assertTrue(links >= 60, links + " links");
  }

  @Test
  void everyTestThatIsNamedExists() throws IOException {
    Set<String> tests = new HashSet<>();
    for (String module : List.of("core-broker", "ws-gateway")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
        files.map(file -> file.getFileName().toString().replace(".java", "")).forEach(tests::add);
      }
    }
    int named = 0;
    for (Path document : documents()) {
      for (MatchResult test : found(TEST, document)) {
        assertTrue(tests.contains(test.group()), document + " names " + test.group());
        named++;
      }
    }
    assertTrue(named >= 50, named + " tests named");
  }

  @Test
  void everyKeyThatIsNamedExists() throws IOException {
    Config defaults = ConfigFactory.defaultReference();
    int named = 0;
    for (Path document : documents()) {
      for (MatchResult match : found(KEY, document)) {
        String key = match.group(1);
        if (!isSource(key) && !key.startsWith("broker.listeners.more.")) {
          assertTrue(defaults.hasPathOrNull(key), document + " names " + key);
          named++;
        }
      }
    }
    assertTrue(named >= 60, named + " keys named");
  }

  /** A package or a file of the dashboard, which have names like keys. */
  private static boolean isSource(String name) {
    Path source = Path.of("src/main/java/io/spillway", name.replace('.', '/'));
    return name.endsWith(".js")
        || Files.isDirectory(ROOT.resolve("core-broker").resolve(source))
        || Files.isDirectory(ROOT.resolve("ws-gateway").resolve(source));
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    for (String directory : DIRECTORIES) {
      try (Stream<Path> files = Files.list(ROOT.resolve(directory))) {
        files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
      }
    }
    return documents;
  }

  private static List<MatchResult> found(Pattern pattern, Path document) throws IOException {
    return pattern.matcher(Files.readString(document)).results().toList();
  }

  /** As they are linked to: lower case, hyphens for blanks, no signs. */
  private static Set<String> headings(Path document) throws IOException {
    Set<String> headings = new HashSet<>();
    for (String line : Files.readAllLines(document)) {
      if (line.startsWith("#")) {
        headings.add(
            line.replaceFirst("^#+ ", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}_ -]", "")
                .replace(' ', '-'));
      }
    }
    return headings;
  }
}

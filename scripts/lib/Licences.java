import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * Lists the jars of a directory with versions, licences and hashes: as a table, or with --sbom as
 * CycloneDX 1.5. Works offline, from the jars alone. Ends with 1 where a licence isn't known.
 */
final class Licences {
  /** SPDX expressions by the beginning of GROUP:ARTIFACT or of the file's name. */
  private static final Map<String, String> KNOWN =
      Map.ofEntries(
          Map.entry("io.spillway:", "Apache-2.0"),
          Map.entry("io.netty:", "Apache-2.0"),
          Map.entry("netty-", "Apache-2.0"),
          Map.entry("io.undertow:", "Apache-2.0"),
          Map.entry("org.jboss.", "Apache-2.0"),
          Map.entry("org.wildfly.", "Apache-2.0"),
          Map.entry("io.smallrye.", "Apache-2.0"),
          Map.entry("com.typesafe:", "Apache-2.0"),
          Map.entry("config-", "Apache-2.0"),
          Map.entry("org.slf4j:", "MIT"),
          Map.entry("info.picocli:", "Apache-2.0"),
          Map.entry("picocli-", "Apache-2.0"),
          Map.entry("org.rocksdb:", "Apache-2.0 OR GPL-2.0-only"),
          Map.entry("rocksdbjni-", "Apache-2.0 OR GPL-2.0-only"),
          Map.entry("com.nimbusds:", "Apache-2.0"),
          Map.entry("org.bouncycastle:", "MIT"),
          Map.entry("bcprov-", "MIT"),
          Map.entry("io.prometheus:", "Apache-2.0"));

  /** Groups of jars that don't say theirs. */
  private static final Map<String, String> GROUPS =
      Map.of(
          "config", "com.typesafe",
          "picocli", "info.picocli",
          "rocksdbjni", "org.rocksdb",
          "bcprov-jdk18on", "org.bouncycastle");

  private record Component(String group, String name, String version, String licence, String hash) {
    String url() {
      return group.isEmpty() ? null : "pkg:maven/" + group + "/" + name + "@" + version;
    }
  }

  public static void main(String[] args) throws Exception {
    boolean sbom = args.length == 2 && args[1].equals("--sbom");
    List<Component> components = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of(args[0]))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
        components.add(read(file));
      }
    }
    components.sort(Comparator.comparing(Component::group).thenComparing(Component::name));
    System.out.print(sbom ? json(components) : table(components));
    if (components.stream().anyMatch(c -> c.licence.equals("unknown"))) {
      System.err.println("licences: some aren't known; scripts/lib/Licences.java names them");
      System.exit(1);
    }
  }

  private static Component read(Path file) throws Exception {
    String fileName = file.getFileName().toString().replaceFirst("\\.jar$", "");
    Properties pom = new Properties();
    try (JarFile jar = new JarFile(file.toFile())) {
      List<String> poms =
          jar.stream()
              .map(entry -> entry.getName())
              .filter(name -> name.matches("META-INF/maven/.*/pom.properties"))
              .toList();
      for (String name : poms) {
        Properties found = new Properties();
        try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
          found.load(in);
        }
        // A jar that others were put into has their files as well.
        if (fileName.startsWith(found.getProperty("artifactId") + "-")) {
          pom = found;
        }
      }
    }
    String version = fileName.replaceFirst("^.*?-(?=\\d)", "");
    String name = pom.getProperty("artifactId", fileName.replaceFirst("-\\d.*$", ""));
    String group = pom.getProperty("groupId", GROUPS.getOrDefault(name, ""));
    return new Component(
        group,
        name,
        pom.getProperty("version", version),
        licence(group + ":" + name, fileName),
        hash(file));
  }

  private static String licence(String coordinates, String fileName) {
    return KNOWN.entrySet().stream()
        .filter(e -> coordinates.startsWith(e.getKey()) || fileName.startsWith(e.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("unknown");
  }

  private static String hash(Path file) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
  }

  private static String table(List<Component> components) {
    StringBuilder table = new StringBuilder();
    for (Component c : components) {
      table.append(
          String.format("%-45s %-16s %-28s %s%n", c.group + ":" + c.name, c.version, c.licence, c.hash));
    }
    return table.toString();
  }

  private static String json(List<Component> components) throws IOException {
    StringBuilder json = new StringBuilder();
    json.append("{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"version\":1,");
    json.append("\"components\":[");
    for (int i = 0; i < components.size(); i++) {
      Component c = components.get(i);
      json.append(i == 0 ? "\n" : ",\n")
          .append("{\"type\":\"library\"")
          .append(c.group.isEmpty() ? "" : ",\"group\":\"" + c.group + "\"")
          .append(",\"name\":\"" + c.name + "\",\"version\":\"" + c.version + "\"")
          .append(",\"licenses\":[{\"expression\":\"" + c.licence + "\"}]")
          .append(",\"hashes\":[{\"alg\":\"SHA-256\",\"content\":\"" + c.hash + "\"}]")
          .append(c.url() == null ? "" : ",\"purl\":\"" + c.url() + "\"")
          .append("}");
    }
    return json.append("\n]}\n").toString();
  }
}

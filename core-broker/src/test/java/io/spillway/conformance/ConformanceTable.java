package io.spillway.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Makes {@code CONFORMANCE.md} from the list of statements and the tests' annotations. */
final class ConformanceTable {
  private static final String CLIENT = "client: ";

  static final List<Class<? extends Chapter>> CHAPTERS =
      List.of(
          PacketsChapter.class,
          ConnectChapter.class,
          WillChapter.class,
          PublishChapter.class,
          SubscribeChapter.class,
          FlowChapter.class,
          AuthChapter.class,
          OldestVersionChapter.class);

  /** Tests in the gateway's module, by the statement that they prove in both versions. */
  static final Map<String, String> IN_GATEWAY =
      Map.of(
          "6.0.0-1", "WebSocketChapterTest.aTextFrameEndsTheConnection",
          "6.0.0-2", "WebSocketChapterTest.packetsNeedNotBeAlignedWithFrames",
          "6.0.0-4", "WebSocketChapterTest.theSubprotocolAnsweredIsMqtt");

  /** One version's statements. */
  record Part(String title, Map<String, String> statements, Map<String, List<String>> tests) {
    static Part of(String title, String resource, Function<Statement, String[]> proven) {
      Map<String, String> statements = read(resource);
      Map<String, List<String>> tests = new LinkedHashMap<>();
      IN_GATEWAY.forEach(
          (id, test) -> {
            if (statements.containsKey(id)) {
              tests.put(id, new ArrayList<>(List.of(test)));
            }
          });
      for (Class<? extends Chapter> chapter : CHAPTERS) {
        Stream.of(chapter.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Statement.class))
            .sorted(Comparator.comparing(Method::getName))
            .forEach(
                method -> {
                  for (String id : proven.apply(method.getAnnotation(Statement.class))) {
                    tests
                        .computeIfAbsent(id, i -> new ArrayList<>())
                        .add(chapter.getSimpleName() + "." + method.getName());
                  }
                });
      }
      return new Part(title, statements, tests);
    }

    private static Map<String, String> read(String resource) {
      try (InputStream in = ConformanceTable.class.getResourceAsStream(resource)) {
        Map<String, String> statements = new LinkedHashMap<>();
        new String(in.readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split(" ", 2))
            .forEach(fields -> statements.put(fields[0], fields[1]));
        return statements;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    List<String> server() {
      return statements.keySet().stream().filter(id -> !isClients(id)).toList();
    }

    List<String> client() {
      return statements.keySet().stream().filter(this::isClients).toList();
    }

    private boolean isClients(String id) {
      return statements.get(id).startsWith(CLIENT);
    }

    /** Statements that bind a server and have no test. */
    List<String> unproven() {
      return server().stream().filter(id -> !tests.containsKey(id)).toList();
    }

    /** Identifiers in annotations that are no statement's. */
    List<String> unknown() {
      return tests.keySet().stream().filter(id -> !statements.containsKey(id)).toList();
    }

    private void write(StringBuilder out) {
      out.append("\n## ").append(title).append("\n\n");
      out.append(server().size()).append(" statements bind a server, and each has a test.");
      if (!client().isEmpty()) {
        out.append(" ").append(client().size()).append(" bind clients only: ");
        out.append(String.join(", ", client())).append(".");
      }
      out.append("\n\n");
      out.append("| statement | what it asks for | test | status |\n|---|---|---|---|\n");
      for (String id : server()) {
        String name = "MQTT-" + id;
        List<String> proofs = tests.getOrDefault(id, List.of());
        out.append("| ").append(name);
        out.append(" | ").append(statements.get(id));
        out.append(" | ").append(String.join("<br>", proofs));
        out.append(" | ").append(proofs.isEmpty() ? "open" : "holds").append(" |\n");
      }
    }
  }

  final Part v5 = Part.of("MQTT 5.0", "mqtt-5.txt", Statement::v5);
  final Part v311 = Part.of("MQTT 3.1.1", "mqtt-3.1.1.txt", Statement::v311);
  final Part v31 = Part.of("MQTT 3.1", "mqtt-3.1.txt", Statement::v31);

  String text() {
    StringBuilder out = new StringBuilder();
    out.append(
        """
        # Conformance

        Every normative statement of MQTT 5.0 and 3.1.1 that binds a server, what it asks for in our
        own words, and the tests that would fail without it. MQTT 3.1 doesn't number its rules; the
        identifiers are its sections, with a letter of ours. The tests run over TCP, TLS, WebSocket
        and secure WebSocket; "holds" means that they pass, as the build fails otherwise. Chapters
        are classes of `io.spillway.conformance`; those on WebSocket itself are in ws-gateway.

        Made by `SPILLWAY_WRITE_CONFORMANCE=1 mvn test -pl core-broker -Dtest=ConformanceTableTest`,
        which also checks that it is current and that nothing is missing.
        """);
    v5.write(out);
    v311.write(out);
    v31.write(out);
    return out.toString();
  }
}

package io.spillway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.spillway.mqtt.Message;
import io.spillway.mqtt.PassingMessage;
import io.spillway.testing.Imports;
import java.io.File;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Arrows between packages go one way; what each may know of others is written here. */
class HouseTest {
  private static final Map<String, List<String>> MAY_KNOW =
      Map.ofEntries(
          Map.entry("mqtt", List.of("io.netty.buffer", "io.netty.util", "io.netty.handler.codec")),
          Map.entry("link", List.of("io.netty.buffer", "io.netty.util", "io.spillway.mqtt")),
          Map.entry(
              "process", List.of("com.typesafe.config", "picocli", "io.spillway.process.log")),
          Map.entry("process.log", List.of()),
          Map.entry("process.metrics", List.of("io.spillway.process", "com.sun.management")),
          Map.entry("tls", List.of("io.spillway.process")),
          Map.entry("proxy", List.of("io.netty.util", "io.spillway.process")),
          Map.entry("token", List.of("com.nimbusds", "io.spillway.process")),
          Map.entry(
              "limits",
              List.of(
                  "io.spillway.process", "io.netty.buffer", "io.netty.util", "com.sun.management")),
          Map.entry("broker.topic", List.of("io.spillway.mqtt")),
          Map.entry(
              "broker.store",
              List.of("io.spillway.mqtt", "io.spillway.process.metrics", "org.rocksdb")),
          Map.entry(
              "broker.routing",
              List.of("io.spillway.mqtt", "io.spillway.broker.topic", "io.spillway.broker.store")),
          Map.entry(
              "broker.session",
              List.of(
                  "io.spillway.limits",
                  "io.spillway.mqtt",
                  "io.spillway.broker.topic",
                  "io.spillway.broker.store",
                  "io.spillway.broker.routing")),
          Map.entry(
              "broker.auth",
              List.of(
                  "io.spillway.mqtt",
                  "io.spillway.token",
                  "org.bouncycastle.crypto",
                  "io.spillway.broker.topic",
                  "io.spillway.broker.session")),
          Map.entry(
              "broker.connection",
              List.of(
                  "io.netty",
                  "io.spillway.limits",
                  "io.spillway.proxy",
                  "io.spillway.mqtt",
                  "io.spillway.broker.topic",
                  "io.spillway.broker.routing",
                  "io.spillway.broker.session",
                  "io.spillway.broker.auth")),
          Map.entry(
              "broker.listen",
              List.of(
                  "io.netty",
                  "io.spillway.tls",
                  "io.spillway.proxy",
                  "io.spillway.limits",
                  "io.spillway.mqtt",
                  "io.spillway.link",
                  "io.spillway.process",
                  "io.spillway.broker.routing",
                  "io.spillway.broker.session",
                  "io.spillway.broker.auth",
                  "io.spillway.broker.connection")),
          Map.entry(
              "broker.admin",
              List.of(
                  "com.sun.net.httpserver",
                  "com.typesafe.config",
                  "io.netty",
                  "io.spillway.mqtt",
                  "io.spillway.link",
                  "io.spillway.process",
                  "io.spillway.process.metrics",
                  "io.spillway.broker.routing",
                  "io.spillway.broker.session",
                  "io.spillway.broker.auth",
                  "io.spillway.broker.connection",
                  "io.spillway.broker.listen",
                  "io.spillway.broker.store")),
          Map.entry("command", List.of("com.typesafe.config", "picocli", "io.spillway.process")),
          Map.entry(
              "broker",
              List.of(
                  "io.netty",
                  "io.spillway.tls",
                  "io.spillway.proxy",
                  "io.spillway.limits",
                  "io.spillway.token",
                  "io.spillway.mqtt",
                  "io.spillway.link",
                  "io.spillway.process",
                  "io.spillway.process.log",
                  "io.spillway.process.metrics",
                  "io.spillway.broker.topic",
                  "io.spillway.broker.store",
                  "io.spillway.broker.routing",
                  "io.spillway.broker.session",
                  "io.spillway.broker.auth",
                  "io.spillway.broker.connection",
                  "io.spillway.broker.listen",
                  "io.spillway.broker.admin")));

  @Test
  void eachPackageKnowsOnlyWhatItMay() throws Exception {
    assertEquals(List.of(), Imports.beyond(Path.of("src/main/java"), MAY_KNOW));
  }

  /** What holds a message for later holds a {@link Message}, which is one for good. */
  @Test
  void aMessageOnItsWayIsHeldByThePacketThatBringsItAndByNobodyElse() throws Exception {
    Path root = Path.of(Message.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> holders = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
        String name = root.relativize(file).toString().replace(File.separatorChar, '.');
        Class<?> type =
            Class.forName(name.substring(0, name.length() - 6), false, getClass().getClassLoader());
        for (Field field : type.getDeclaredFields()) {
          if (PassingMessage.class.isAssignableFrom(field.getType())
              && field.getType() != Message.class) {
            holders.add(type.getSimpleName() + "." + field.getName());
          }
        }
      }
    }

    assertEquals(List.of("PublishPacket.message"), holders);
  }
}

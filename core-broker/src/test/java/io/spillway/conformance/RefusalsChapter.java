package io.spillway.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.io.TempDir;

/** Codes that a server gives for reasons of its own, in either version. */
public abstract class RefusalsChapter extends OwnServerChapter {
  @TempDir Path directory;

  protected RefusalsChapter(Function<String, Server> starts) {
    super(starts);
  }

  @BothVersions
  void whoeverIsNotLetInIsToldWhy(Version version) throws IOException {
    Path users = Files.writeString(directory.resolve("users"), "ben:" + Servers.BEN + "\n");
    start("broker.auth { allow-anonymous = no, password-file = \"" + users + "\" }");
    int badLogin = version.is5() ? 0x86 : 4;
    Connect anonymous = connect(version, "a");
    Connect wrong = connect(version, "b").userName("ben").password("wrong");
    Connect unknown = connect(version, "c").userName("nobody").password("secret");
    Connect good = connect(version, "d").userName("ben").password("secret");

    open(version).send(anonymous.bytes()).expectRefusal(version.is5() ? 0x87 : 5);
    open(version).send(wrong.bytes()).expectRefusal(badLogin);
    open(version).send(unknown.bytes()).expectRefusal(badLogin);
    client(good, version).expectNothing();
  }

  @BothVersions
  void aServerThatStopsSaysSo(Version version) throws InterruptedException {
    start("");
    Client client = client(version, "c").expectNothing();

    Thread stopping = new Thread(this::stop);
    stopping.start();

    client.expectEnd(0x8B);
    stopping.join();
  }
}

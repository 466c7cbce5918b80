package io.spillway.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.PageElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that go, brokers that vanish, credentials that don't do: each is said in words. */
@Tag("browser")
final class TroubleTest extends InBrowser {
  private static final Duration OUTAGE = Duration.ofSeconds(3);

  @TempDir Path directory;

  @Override
  boolean isExpected(String complaint) {
    return complaint.startsWith("network:") || complaint.contains("WebSocket connection to");
  }

  @Test
  void pageComesBackByItselfAfterTheNetworkWasCut() {
    try (Site site = Site.with();
        Relay network = Relay.to(site.httpPort());
        Device device = Device.connect(site.tcpPort())) {
      page.navigate("http://127.0.0.1:" + network.port() + "/");
      awaitState("Connected"::equals, "Connected");
      device.publish("outage/value", "before");
      page.find("treeitem", "value");

      network.cut();
      awaitState(text -> text.startsWith("Reconnecting"), "Reconnecting");
      page.find("treeitem", "value");
      page.find("alert", "").awaitText(text -> text.contains("Cannot reach"), "what is wrong");
      long end = System.nanoTime() + OUTAGE.toNanos();
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      int attempts = network.refused();
      network.mend();

      page.find("status", "Connection")
          .awaitText("Connected"::equals, "Connected", Duration.ofSeconds(10));
      assertTrue(attempts <= 8, attempts + " attempts in three seconds");
      assertEquals("", page.find("alert", "").content());
      device.publish("outage/after", "after");
      page.find("treeitem", "after");
    }
  }

  @Test
  void brokerThatVanishesIsWaitedFor() {
    try (Site site = Site.with()) {
      page.navigate(site.page());
      awaitState("Connected"::equals, "Connected");

      site.stop();
      awaitState(text -> text.startsWith("Reconnecting"), "Reconnecting");
      site.start();

      awaitState("Connected"::equals, "Connected");
    }
  }

  @Test
  void gatewayWithoutBrokerServesThePageAndItsReason() {
    try (Site site = Site.with()) {
      site.stopCore();

      page.navigate(site.page());

      awaitState(text -> text.startsWith("Reconnecting"), "Reconnecting");
      page.find("alert", "")
          .awaitText(
              text -> text.contains("503") && text.contains("no broker can be reached"),
              "the gateway's own reason");
    }
  }

  @Test
  void wrongPasswordIsAskedForAndNeverRetried() throws Exception {
    Path passwords = passwordFile("anna", "right");
    try (Site site =
            Site.with(
                "broker.auth { allow-anonymous = no, password-file = \"" + passwords + "\" }");
        Relay network = Relay.to(site.httpPort())) {
      page.navigate("http://127.0.0.1:" + network.port() + "/");

      awaitState(text -> text.startsWith("Not authorised"), "Not authorised");
      page.find("dialog", "Connection");
      page.find("alert", "").awaitText(text -> text.startsWith("Not authorised"), "Not authorised");
      page.find("textbox", "Username").fill("anna");
      page.find("textbox", "Password").fill("wrong");
      page.find("button", "Connect").click();
      page.find("alert", "").awaitText(text -> text.startsWith("Not authorised"), "Not authorised");
      page.find("textbox", "Password").fill("right");
      page.find("button", "Connect").click();

      awaitState("Connected"::equals, "Connected");
      page.awaitGone("dialog", "Connection");
      assertEquals("", page.find("alert", "").content());
      assertEquals(
          "false",
          page.evaluate("JSON.stringify({...localStorage}).includes('right')").getAsString());
    }
  }

  @Test
  void refusedSubscriptionIsNamedAndAnotherOffered() throws IOException {
    Path rules = Files.writeString(directory.resolve("acl"), "topic read allowed/#\n");
    try (Site site =
        Site.with("broker.auth { allow-anonymous = yes, acl-file = \"" + rules + "\" }")) {
      page.navigate(site.page());
      awaitState("Connected"::equals, "Connected");

      PageElement alert = page.find("alert", "");
      alert.awaitText(
          text -> text.startsWith("Subscription refused") && text.contains("$SYS/#"),
          "the filter that was refused");

      page.find("button", "Enter another filter").click();
      page.find("textbox", "Subscriptions").fill("allowed/#");
      page.find("button", "Connect").click();
      page.awaitGone("dialog", "Connection");
      assertEquals("", alert.content());
    }
  }

  @Test
  void demoFeedWithoutTheRightToPublishSaysSo() throws IOException {
    Path rules = Files.writeString(directory.resolve("acl"), "topic read #\n");
    try (Site site =
        Site.with("broker.auth { allow-anonymous = yes, acl-file = \"" + rules + "\" }")) {
      page.navigate(site.page());
      awaitState("Connected"::equals, "Connected");

      page.find("switch", "Demo feed").click();

      page.find("alert", "")
          .awaitText(text -> text.contains("demo/#"), "the right that is missing");
      page.find("switch", "Demo feed").awaitAttribute("aria-checked", "false");
    }
  }

  @Test
  void publishingWhileAwaySaysThatNothingWasSent() {
    try (Site site = Site.with()) {
      page.navigate(site.page());
      awaitState("Connected"::equals, "Connected");
      site.stop();
      awaitState(text -> text.startsWith("Reconnecting"), "Reconnecting");

      page.find("textbox", "Publish topic").fill("a/b");
      page.find("button", "Publish").click();

      page.find("status", "Publish result")
          .awaitText(text -> text.contains("not connected"), "not connected");
    }
  }

  @Test
  void pageThatCannotKeepUpSaysSoAndOffersToNarrowTheSubscription() {
    try (Site site = Site.with();
        Flood flood = Flood.connect(site.tcpPort())) {
      page.navigate(site.page());
      awaitState("Connected"::equals, "Connected");
      // The Worker gets to its messages every three seconds only, as on a computer far too slow.
      page.evaluateInWorker(
          "post = MessagePort.prototype.postMessage; MessagePort.prototype.postMessage ="
              + " function (turn) { setTimeout(() => post.call(this, turn), 3000); }");

      flood.publish(60_000, 20_000, 1_000);

      PageElement alert = page.find("alert", "");
      alert.awaitText(text -> text.contains("can’t keep up"), "that the page can't keep up");
      page.evaluateInWorker("MessagePort.prototype.postMessage = post");
      alert.awaitText(""::equals, "nothing, once the page has caught up");
    }
  }

  private Path passwordFile(String user, String password) throws Exception {
    Path file = directory.resolve("passwords");
    Path program =
        List.of(Path.of("/usr/bin/mosquitto_passwd"), Path.of("/usr/local/bin/mosquitto_passwd"))
            .stream()
            .filter(Files::isExecutable)
            .findFirst()
            .orElse(null);
    Assumptions.assumeTrue(program != null, "mosquitto_passwd is not installed");
    Process process =
        new ProcessBuilder(program.toString(), "-b", "-c", file.toString(), user, password)
            .inheritIO()
            .start();
    assertEquals(0, process.waitFor());
    return file;
  }
}

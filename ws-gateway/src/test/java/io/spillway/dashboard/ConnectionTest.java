package io.spillway.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Certificates;
import io.spillway.testing.PageElement;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the page says while it connects and when it isn't let in, and where it remembers to go. */
@Tag("browser")
final class ConnectionTest extends InBrowser {
  @TempDir Path directory;

  @Override
  boolean isExpected(String complaint) {
    return complaint.startsWith("network:")
        || complaint.contains("WebSocket connection to")
        || complaint.contains("Content Security Policy");
  }

  @Test
  void silentBrokerIsWaitedForInWords() throws Exception {
    try (ScriptedBroker broker = ScriptedBroker.answering();
        PlainSite site = PlainSite.before(broker.port())) {
      page.navigate(site.page());

      awaitState("Connecting, waiting for CONNACK"::equals, "waiting for CONNACK");
    }
  }

  @Test
  void bannedClientIsToldWhyAndDoesNotTryAgain() throws Exception {
    try (ScriptedBroker broker = ScriptedBroker.answering(0x20, 3, 0, 0x8a, 0);
        PlainSite site = PlainSite.before(broker.port())) {
      page.navigate(site.page());

      awaitState("Refused by broker (Banned)"::equals, "the reason");
      page.find("alert", "").awaitText("Refused by broker: Banned."::equals, "the reason");
      assertEquals(1, broker.connects());
      page.find("button", "Connection…").click();
      assertTrue(page.find("button", "Connect").isEnabled());
    }
  }

  @Test
  void brokerOfAnOlderVersionIsNamedAsThat() throws Exception {
    try (ScriptedBroker broker = ScriptedBroker.answering(0x20, 2, 0, 1);
        PlainSite site = PlainSite.before(broker.port())) {
      page.navigate(site.page());

      awaitState(text -> text.contains("this page speaks MQTT 5"), "the version");
    }
  }

  @Test
  void busyBrokerIsTriedAgain() throws Exception {
    try (ScriptedBroker broker = ScriptedBroker.answering(0x20, 3, 0, 0x89, 0);
        PlainSite site = PlainSite.before(broker.port())) {
      page.navigate(site.page());

      awaitState(text -> text.startsWith("Reconnecting in "), "another try");
      page.find("alert", "").awaitText(text -> text.contains("Server busy"), "the reason");
      // The state of an attempt is soon over.
      page.evaluate(
          "window.states = []; new MutationObserver(() => states.push(document.getElementById('state').textContent))"
              + ".observe(document.getElementById('state'), {characterData: true, childList: true, subtree: true}); 0");
      page.find("button", "Try now").click();
      page.await("states.includes('Connecting') || undefined");
    }
  }

  @Test
  void wrongPathIsNamed() {
    try (Site site = Site.with()) {
      page.navigate(site.page());
      awaitState("Connected"::equals, "Connected");
      page.find("button", "Connection settings").click();
      page.find("textbox", "Broker address").fill("ws://127.0.0.1:" + site.httpPort() + "/nowhere");

      page.find("button", "Connect").click();

      page.find("alert", "")
          .awaitText(text -> text.contains("nothing is at the path /nowhere"), "the path");
    }
  }

  @Test
  void addressThatIsNoneIsRefusedByTheForm() {
    try (Site site = Site.with()) {
      page.navigate(site.page());
      awaitState("Connected"::equals, "Connected");
      page.find("button", "Connection settings").click();
      page.find("textbox", "Broker address").fill("localhost:1883");

      page.find("button", "Connect").click();

      page.find("dialog", "Connection")
          .awaitText(text -> text.contains("ws://host:8080/mqtt"), "what an address looks like");
      awaitState("Connected"::equals, "Connected as before");
    }
  }

  @Test
  void savedConnectionsComeBackWithoutTheirPasswords() {
    try (Site site = Site.with()) {
      page.navigate(site.page());
      awaitState("Connected"::equals, "Connected");
      page.find("button", "Connection settings").click();
      String own = page.find("textbox", "Broker address").value();
      save("anna", "anna's secret", "a/#");
      save("berta", "berta's secret", "b/#");

      page.navigate("about:blank");
      page.navigate(site.page());
      awaitState("Connected"::equals, "Connected");
      page.find("button", "Connection settings").click();
      page.find("combobox", "Saved connections").choose("anna at " + own);

      assertEquals("anna", page.find("textbox", "Username").value());
      assertEquals("a/#", page.find("textbox", "Subscriptions").value());
      assertEquals("", page.find("textbox", "Password").value());
      assertFalse(
          page.evaluate("JSON.stringify({...localStorage}).includes('secret')").getAsBoolean());
      page.find("button", "Forget").click();
      PageElement saved = page.find("combobox", "Saved connections");
      assertFalse(saved.text().contains("anna"), saved.text());
      assertTrue(saved.text().contains("berta"), saved.text());
      saved.choose("This gateway");
      assertEquals("#, $SYS/#", page.find("textbox", "Subscriptions").value());
    }
  }

  private void save(String user, String password, String filters) {
    page.find("textbox", "Username").fill(user);
    page.find("textbox", "Password").fill(password);
    page.find("textbox", "Subscriptions").fill(filters);
    page.find("button", "Save").click();
  }

  @Test
  void pageLoadedByHttpsSaysThatItMayNotConnectInClear() throws Exception {
    try (Site site = Site.with(https(Certificates.make(directory, "gateway")))) {
      page.trustEverybody();
      page.navigate("https://127.0.0.1:" + site.httpsPort() + "/");
      awaitState("Connected"::equals, "Connected");

      connectTo("ws://127.0.0.1:" + site.httpPort() + "/mqtt");

      page.find("alert", "").awaitText(text -> text.contains("mixed content"), "why not");
    }
  }

  @Test
  void certificateThatNobodyVouchesForIsNamedAsAThingToCheck() throws Exception {
    try (Site site = Site.with(https(Certificates.make(directory, "gateway")))) {
      page.navigate(site.page());
      awaitState("Connected"::equals, "Connected");

      connectTo("wss://127.0.0.1:" + site.httpsPort() + "/mqtt");

      page.find("alert", "").awaitText(text -> text.contains("its certificate"), "the certificate");
    }
  }

  private void connectTo(String address) {
    page.find("button", "Connection settings").click();
    page.find("textbox", "Broker address").fill(address);
    page.find("button", "Connect").click();
  }

  private static String https(Certificates own) {
    return """
        gateway.listeners.https {
          enabled = true, host = 127.0.0.1, port = 0, certificate = "%s", private-key = "%s"
        }
        """
        .formatted(own.certificate(), own.privateKey());
  }

  @Test
  void pageLoadedByHttpsConnectsByWss() throws Exception {
    try (Site site = Site.with(https(Certificates.make(directory, "gateway")));
        Device device = Device.connect(site.tcpPort())) {
      page.trustEverybody();
      page.navigate("https://127.0.0.1:" + site.httpsPort() + "/");
      awaitState("Connected"::equals, "Connected");

      device.publish("secure/value", "1");

      page.find("treeitem", "value");
      page.find("button", "Connection settings").click();
      assertEquals(
          "wss://127.0.0.1:" + site.httpsPort() + "/mqtt",
          page.find("textbox", "Broker address").value());
    }
  }

  @Test
  void computerThatSaysOfflineKeepsAConnectionThatLives() {
    try (Site site = Site.with();
        Device device = Device.connect(site.tcpPort())) {
      page.navigate(site.page());
      awaitState("Connected"::equals, "Connected");

      page.offline(true);
      device.publish("offline/value", "1");

      page.find("treeitem", "value");
      page.offline(false);
      device.publish("offline/again", "1");
      page.find("treeitem", "again");
      awaitState("Connected"::equals, "Connected all the time");
    }
  }
}

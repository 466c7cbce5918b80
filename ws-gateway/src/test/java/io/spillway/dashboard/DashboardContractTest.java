package io.spillway.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.spillway.testing.PageElement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each control of the page, by the role and name that tests and assistive technology rely on. */
@Tag("browser")
final class DashboardContractTest extends InBrowser {
  private static Site site;

  private Device device;

  @BeforeAll
  static void start() {
    site = Site.with();
  }

  @AfterAll
  static void stop() {
    if (site != null) {
      site.close();
    }
  }

  @BeforeEach
  void open() {
    device = Device.connect(site.tcpPort());
    page.navigate(site.page());
    awaitState("Connected"::equals, "Connected");
  }

  @AfterEach
  void disconnect() {
    if (device != null) {
      device.close();
    }
  }

  @Test
  void pageConnectsUnaskedAndHasItsLandmarks() {
    assertEquals("", page.find("alert", "").content());
    assertEquals(1, page.evaluate("document.querySelectorAll('main').length").getAsInt());
    assertEquals("en", page.evaluate("document.documentElement.lang").getAsString());
    assertFalse(page.evaluate("document.title").getAsString().isEmpty());
    page.find("tablist", "Views");
    for (String view : List.of("Topics", "Messages", "Broker", "Settings")) {
      page.find("tab", view);
    }
  }

  @Test
  void valuePublishedOverTcpAppearsInTheTree() {
    device.publish("contract/roof/temperature", "23.4".getBytes(StandardCharsets.UTF_8), 0, false);

    PageElement topic = topic("contract/roof/temperature", "temperature");

    assertTrue(topic.description().startsWith("23.4"), topic.description());
    assertEquals("3", topic.attribute("aria-level"));
    assertEquals("1", topic.attribute("aria-posinset"));
    assertEquals("1", topic.attribute("aria-setsize"));
    assertEquals("false", topic.attribute("aria-selected"));
    assertNull(topic.attribute("aria-expanded"));
    assertEquals("true", page.find("treeitem", "roof").attribute("aria-expanded"));
  }

  @Test
  void filterWithSlashMatchesWholePathsAndKeepsTheParents() {
    device.publish("alpha/one/value", "1");
    device.publish("beta/one/value", "2");
    page.find("treeitem", "alpha");
    page.find("treeitem", "beta");
    page.find("searchbox", "Filter topics").fill("alpha/one");

    page.awaitGone("treeitem", "beta");

    assertEquals(List.of("alpha", "one", "value"), page.names("treeitem"));
    page.press("Escape");
    page.find("treeitem", "beta");
  }

  @Test
  void detailsTellTheTopicItsValueAndWhereItCameFrom() {
    device.retain("details/station", "{\"a\":1,\"big\":12345678901234567890}");

    select("details/station", "station");

    PageElement details = page.find("region", "Topic details");
    assertEquals(
        "details/station",
        page.evaluate("document.querySelector('[aria-label=\"Topic details\"] h2').textContent")
            .getAsString());
    details.awaitText(
        text -> text.contains("QoS 1") && text.contains("retained"), "QoS and retained");
    assertEquals(
        "{\n  \"a\": 1,\n  \"big\": 12345678901234567890\n}",
        page.find("region", "Value").content());
    device.retain("details/station", "");
  }

  @Test
  void payloadIsShownInTheFormatChosen() {
    device.publish("format/value", "{\"k\": [1, 2]}");
    select("format/value", "value");
    PageElement value = page.find("region", "Value");
    PageElement format = page.find("combobox", "Payload format");

    value.awaitText(text -> text.startsWith("{\n  \"k\": [\n"), "indented JSON");
    format.choose("Text");
    value.awaitText("{\"k\": [1, 2]}"::equals, "as it came");
    format.choose("Hex");
    value.awaitText(text -> text.startsWith("000000  7b 22 6b 22"), "hex");
    format.choose("Base64");
    value.awaitText("eyJrIjogWzEsIDJdfQ=="::equals, "Base64");
    format.choose("JSON");
    value.awaitText(text -> text.startsWith("{\n"), "JSON");
    format.choose("CBOR");
    device.publish("format/value", new byte[] {(byte) 0xa1, 0x61, 0x6b, 0x18, 0x2a}, 0, false);
    value.awaitText("{\n  \"k\": 42\n}"::equals, "CBOR");
    format.choose("MessagePack");
    device.publish(
        "format/value",
        new byte[] {(byte) 0x81, (byte) 0xa1, 0x6b, (byte) 0xcc, (byte) 0xff},
        0,
        false);
    value.awaitText("{\n  \"k\": 255\n}"::equals, "MessagePack");
  }

  @Test
  void historyTellsWhatChanged() {
    device.publish("history/json", "{\"a\":1,\"b\":2}");
    select("history/json", "json");
    PageElement history = page.find("table", "Message history");
    device.publish("history/json", "{\"a\":5,\"c\":3}");

    history.awaitText(
        text -> text.contains("added c: 3; removed b: 2; changed a: 1 to 5"),
        "the change in words");

    assertEquals(List.of("Time", "Value", "Change"), page.names("columnheader").subList(0, 3));
    device.publish("history/json", "{\"c\":3,\"a\":5}");
    history.awaitText(
        text -> text.lines().filter(line -> line.contains("{")).count() == 3, "three messages");
    page.find("checkbox", "Changes only").click();
    history.awaitText(
        text -> text.lines().filter(line -> line.contains("{")).count() == 2,
        "the two that changed something");
  }

  @Test
  void numbersArePlottedAndThePlotSaysWhatItShows() {
    device.publish("plot/number", "1.5");
    select("plot/number", "number");
    device.publish("plot/number", "4");
    device.publish("plot/number", "2");

    PageElement plot = page.find("img", Pattern.compile("^Plot of value, 3 points"));

    assertEquals(
        "Plot of value, 3 points, minimum 1.5, maximum 4, last 2", plot.attribute("aria-label"));
  }

  @Test
  void fieldOfJsonIsPlotted() {
    device.publish("plot/json", "{\"wind\":{\"speed\":3},\"name\":\"x\"}");
    select("plot/json", "json");
    device.publish("plot/json", "{\"wind\":{\"speed\":8},\"name\":\"x\"}");

    page.find(
        "img", Pattern.compile("^Plot of wind.speed, 2 points, minimum 3, maximum 8, last 8$"));
  }

  @Test
  void publishingReachesOthersAtEveryQos() throws Exception {
    device.subscribe("publish/#");
    page.find("form", "Publish");
    for (int qos = 0; qos <= 2; qos++) {
      page.find("textbox", "Publish topic").fill("publish/qos" + qos);
      page.find("textbox", "Payload").fill("payload " + qos);
      page.find("combobox", "QoS").choose(String.valueOf(qos));
      page.find("button", "Publish").click();

      String topicName = "publish/qos" + qos;
      page.find("status", "Publish result").awaitText(text -> text.contains(topicName), topicName);

      Mqtt5Publish message = device.receive(Duration.ofSeconds(5));
      assertEquals(topicName, message.getTopic().toString());
      assertEquals(
          "payload " + qos, new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8));
      assertEquals(qos, message.getQos().getCode());
    }
  }

  @Test
  void publishingCarriesRetainAndUserProperties() throws Exception {
    device.subscribe("publish/props");
    page.find("textbox", "Publish topic").fill("publish/props");
    page.find("textbox", "Payload").fill("x");
    page.find("checkbox", "Retain").click();
    page.find("button", "MQTT 5 properties").click();
    page.find("textbox", "User properties").fill("unit=°C, formula=a=b");
    page.find("button", "Publish").click();

    Mqtt5Publish message = device.receive(Duration.ofSeconds(5));

    assertEquals("[(unit, °C), (formula, a=b)]", message.getUserProperties().asList().toString());
    select("publish/props", "props");
    page.find("region", "Topic details")
        .awaitText(
            text -> text.contains("retained") && text.contains("°C"), "retained, and the property");
    device.retain("publish/props", "");
  }

  @Test
  void topicWithWildcardIsRefusedInWords() {
    page.find("textbox", "Publish topic").fill("a/#");
    page.find("button", "Publish").click();

    page.find("status", "Publish result")
        .awaitText(text -> text.contains("wildcards"), "the reason");
  }

  @Test
  void retainedMessageIsDeletedAfterAsking() {
    device.retain("delete/one", "keep me");
    select("delete/one", "one");
    PageElement delete = page.find("button", "Delete retained message");
    delete.awaitEnabled(true);

    delete.click();
    PageElement dialog = page.find("dialog", "Delete retained messages");
    assertTrue(dialog.text().contains("1 retained message"), dialog.text());
    page.find("button", "Cancel").click();
    page.awaitGone("dialog", "Delete retained messages");
    assertTrue(page.find("button", "Delete retained message").isEnabled());
    page.find("button", "Delete retained message").click();
    page.find("button", "Delete").click();

    page.find("button", "Delete retained message").awaitEnabled(false);
    page.find("status", "Publish result")
        .awaitText(text -> text.contains("delete/one"), "the outcome");
  }

  @Test
  void retainedMessagesBelowAreDeletedWithTheirCount() {
    for (int i = 0; i < 7; i++) {
      device.retain("below/deep/t" + i, "x");
    }
    device.publish("below/live", "not retained");
    select("below", "below");
    PageElement delete = page.find("button", "Delete retained messages below");
    delete.awaitEnabled(true);
    assertFalse(page.find("button", "Delete retained message").isEnabled());

    delete.click();
    PageElement dialog = page.find("dialog", "Delete retained messages");
    assertTrue(dialog.text().contains("7 retained messages"), dialog.text());
    page.find("button", "Delete").click();

    page.find("status", "Publish result").awaitText(text -> text.contains("Deleted 7"), "seven");
    page.find("button", "Delete retained messages below").awaitEnabled(false);
  }

  @Test
  void pauseHoldsTheViewAndLosesNothing() {
    device.publish("pause/value", "before");
    select("pause/value", "value");
    PageElement value = page.find("region", "Value");
    value.awaitText("before"::equals, "before");
    PageElement pause = page.find("button", "Pause");

    pause.click();
    pause.awaitAttribute("aria-pressed", "true");
    device.publish("pause/value", "during");

    page.find("table", "Session statistics")
        .awaitText(
            text -> Pattern.compile("Messages waiting\\s+[1-9]").matcher(text).find(),
            "something waits");
    assertEquals("before", value.text());
    page.find("button", "Pause").click();
    value.awaitText("during"::equals, "during");
  }

  @Test
  void demoFeedMakesTheRoundTripAndPlots() throws Exception {
    device.subscribe("demo/weather/#");
    PageElement demo = page.find("switch", "Demo feed");
    assertEquals("false", demo.attribute("aria-checked"));

    demo.click();

    demo.awaitAttribute("aria-checked", "true");
    page.find("img", Pattern.compile("^Plot of value, [3-9] points"));
    assertTrue(
        device.receive(Duration.ofSeconds(5)).getTopic().toString().startsWith("demo/weather/"));
    page.find("switch", "Demo feed").click();
    demo.awaitAttribute("aria-checked", "false");
  }

  @Test
  void messagesAreLoggedInTheOrderOfArrival() {
    device.publish("log/a", "first");
    device.publish("log/b", "second");
    page.find("tab", "Messages").click();
    page.find("searchbox", "Filter messages").fill("log/");

    page.find("table", "Messages")
        .awaitText(
            text -> text.indexOf("first") >= 0 && text.indexOf("first") < text.indexOf("second"),
            "first before second");
  }

  @Test
  void brokerTilesComeFromSys() {
    page.find("tab", "Broker").click();

    page.find("region", "Clients connected")
        .awaitText(
            text -> Pattern.compile("\\d").matcher(text).find(),
            "a number",
            Duration.ofSeconds(20));
    page.find("table", "Broker figures")
        .awaitText(text -> text.contains("version"), "version", Duration.ofSeconds(20));
  }

  @Test
  void sessionStatisticsHaveTheirRows() {
    device.publish("stats/a", "1");
    PageElement figures = page.find("table", "Session statistics");

    figures.awaitText(
        text -> Pattern.compile("Messages received\\s+[1-9]").matcher(text).find(),
        "something received");

    for (String row :
        List.of(
            "Messages received",
            "Messages per second",
            "Topics",
            "Messages waiting",
            "Messages dropped")) {
      page.find("rowheader", row);
    }
    assertTrue(
        Pattern.compile("Messages dropped\\s+0").matcher(figures.text()).find(), figures.text());
  }

  @Test
  void keysMoveInTheTree() {
    device.publish("keys/apple/x", "1");
    device.publish("keys/banana/x", "2");
    device.publish("keys/cherry", "3");
    page.find("searchbox", "Filter topics").fill("keys/");
    page.awaitGone("treeitem", "$SYS");
    page.find("treeitem", "cherry");
    page.find("tree", "Topics").focus();

    page.press("Home");
    assertSelected("keys");
    page.press("ArrowDown");
    assertSelected("keys/apple");
    page.press("ArrowLeft");
    page.press("ArrowLeft");
    assertSelected("keys");
    page.press("End");
    assertSelected("keys/cherry");
    page.press("ArrowLeft");
    assertSelected("keys");
    page.press("b");
    assertSelected("keys/banana");
    String active = page.find("tree", "Topics").attribute("aria-activedescendant");
    assertEquals(
        "true",
        page.evaluate("document.getElementById('" + active + "').getAttribute('aria-selected')")
            .getAsString());
  }

  @Test
  void rightAndLeftOpenAndCloseLevelsWithoutLosingKeys() {
    for (int i = 0; i < 30; i++) {
      device.publish("open/branch/t" + i + "/x", "1");
    }
    select("open/branch", "branch");
    page.find("tree", "Topics").focus();
    assertEquals("false", page.find("treeitem", "branch").attribute("aria-expanded"));

    page.press("ArrowRight");
    page.press("ArrowRight");
    page.press("ArrowDown");

    assertSelected("open/branch/t0/x");
  }

  @Test
  void slashFocusesTheFilterAndPPauses() {
    page.press("/");
    page.type("SYS");
    assertEquals("SYS", page.find("searchbox", "Filter topics").value());
    page.press("Escape");
    page.find("tree", "Topics").focus();
    page.press("p");
    page.find("button", "Pause").awaitAttribute("aria-pressed", "true");
  }

  @Test
  void userDisconnectsAndConnectsAgain() {
    page.find("button", "Connection settings").click();
    assertTrue(page.find("textbox", "Broker address").value().endsWith("/mqtt"));
    assertEquals("#, $SYS/#", page.find("textbox", "Subscriptions").value());
    page.find("textbox", "Username");
    page.find("textbox", "Password");
    assertFalse(page.find("button", "Connect").isEnabled());

    page.find("button", "Disconnect").click();

    PageElement state = page.find("status", "Connection");
    state.awaitText("Disconnected"::equals, "Disconnected");
    page.find("button", "Disconnect").awaitEnabled(false);
    page.find("button", "Connect").click();
    state.awaitText("Connected"::equals, "Connected");
    page.awaitGone("button", "Disconnect");
  }

  @Test
  void subscriptionsCanBeNarrowed() {
    page.find("button", "Connection settings").click();
    page.find("textbox", "Subscriptions").fill("only/this");
    page.find("button", "Connect").click();
    page.awaitGone("button", "Disconnect");
    awaitState("Connected"::equals, "Connected");

    device.publish("other/that", "1");
    device.publish("only/this", "2");

    page.find("treeitem", "this");
    assertEquals(List.of(), page.all("treeitem", "other"));
  }

  @Test
  void addressLeadsToViewAndTopic() {
    device.publish("route/a b/c", "1");
    String address = site.page() + "#view=topics&topic=route%2Fa%20b%2Fc";
    page.navigate("about:blank");
    page.navigate(address);
    awaitState("Connected"::equals, "Connected");
    device.publish("route/a b/c", "2");

    page.find("region", "Value").awaitText("2"::equals, "2");

    page.find("tab", "Broker").click();
    assertTrue(page.evaluate("location.hash").getAsString().startsWith("#view=broker"));
    page.evaluate("history.back()");
    page.find("tab", "Topics").awaitAttribute("aria-selected", "true");
  }

  @Test
  void phoneHasOneColumnAndAPublishTab() {
    assertEquals(List.of(), page.all("tab", "Publish"));
    page.resize(390, 844);

    page.find("tab", "Publish").click();

    page.find("form", "Publish");
    assertEquals(List.of(), page.all("tree", "Topics"));
    page.find("tab", "Messages").click();
    device.publish("phone/value", "as seen on a phone");
    page.find("table", "Messages")
        .awaitText(text -> text.contains("as seen on a phone"), "the message");
    assertTrue(page.evaluate("document.getElementById('log').clientHeight > 300").getAsBoolean());
    page.find("tab", "Topics").click();
    page.find("tree", "Topics");
    assertTrue(page.evaluate("document.documentElement.scrollWidth <= innerWidth").getAsBoolean());
  }

  @Test
  void emptyBrokerTeachesWhatToDoFirst() {
    try (Site quiet = Site.with()) {
      page.navigate(quiet.page());
      awaitState("Connected"::equals, "Connected");

      page.find("heading", "No messages yet");
      page.find("main", "")
          .awaitText(
              text -> text.contains("mosquitto_pub -h 127.0.0.1 -t TestTopic -m \"Hello\""),
              "a line to copy");
      page.find("button", "Copy command");
      page.find("button", "Start the demo feed").click();
      page.find("treeitem", "station");
      page.awaitGone("heading", "No messages yet");
    }
  }

  @Test
  void historyIsExportedAsJsonWithAllThatIsKnown() {
    device.retain("export/value", "21.5");
    device.publish("export/value", new byte[] {(byte) 0xff, 0}, 2, false);
    select("export/value", "value");
    page.find("table", "Message history").awaitText(text -> text.contains("ff 00"), "both");
    page.evaluate(
        "window.saved = []; URL.createObjectURL = (blob) => { blob.text().then((text) => window.saved.push(text)); return '#'; }; 0");

    page.find("button", "Export history as JSON").click();

    page.await("window.saved[0]");
    assertEquals(
        "export/value 1 true 21.5, export/value 2 false /wA=",
        page.evaluate(
                "JSON.parse(saved[0]).map((m) => [m.topic, m.qos, m.retain, m.value ?? m.base64].join(' ')).join(', ')")
            .getAsString());
    page.find("tab", "Messages").click();
    page.find("searchbox", "Filter messages").fill("export/");
    page.find("table", "Messages").awaitText(text -> text.contains("21.5"), "the messages");
    page.find("button", "Export messages as CSV").click();
    String csv = page.await("window.saved[1]");
    assertTrue(csv.startsWith("time,topic,qos,retain,value\r\n"), csv);
    assertEquals(3, csv.lines().count(), csv);
  }

  private void assertSelected(String path) {
    page.find("heading", path);
  }
}

package io.spillway.dashboard;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.PageElement;
import io.spillway.testing.Ports;
import io.spillway.testing.RoleProcess;
import io.spillway.testing.Tools;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The whole way with nothing of ours on either end: Debian's clients over TCP, Chromium on the
 * page, and core and gateway as processes of their own.
 */
@Tag("browser")
final class TwoProcessesTest extends InBrowser {
  private final int tcpPort = Ports.free();
  private final int linkPort = Ports.free();
  private final int httpPort = Ports.free();

  private RoleProcess core;
  private RoleProcess gateway;

  @BeforeEach
  void start() {
    Tools.assumeInstalled("mosquitto_pub");
    Tools.assumeInstalled("mosquitto_sub");
    Tools.assumeInstalled("stdbuf");
  }

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    }
    if (core != null) {
      core.close();
    }
  }

  @Override
  boolean isExpected(String complaint) {
    return complaint.contains("503");
  }

  @Test
  void aReadingReachesTheBrowserAndAnAnswerTheDeviceWhicheverProcessStartsFirst() {
    gateway = RoleProcess.gateway(httpPort, linkPort);
    page.navigate("http://127.0.0.1:" + httpPort + "/");
    awaitState(state -> !state.startsWith("Connected"), "not connected while there is no core");
    page.find("main", "")
        .awaitText(text -> text.contains("no broker can be reached"), "why it isn't");
    core = RoleProcess.core(tcpPort, linkPort);
    awaitState("Connected"::equals, "Connected");

    publish("311", "roof/temperature", "23.4");
    PageElement reading = topic("roof/temperature", "temperature");
    assertTrue(reading.description().startsWith("23.4"), reading.description());
    publish("5", "roof/humidity", "61");
    reading = topic("roof/humidity", "humidity");
    assertTrue(reading.description().startsWith("61"), reading.description());

    Process device =
        Tools.start(
            "stdbuf",
            "-oL",
            "mosquitto_sub",
            "-d",
            "-h",
            "127.0.0.1",
            "-p",
            "" + tcpPort,
            "-t",
            "roof/vent",
            "-q",
            "1",
            "-C",
            "1",
            "-v");
    Tools.awaitLine(device, "Subscribed");
    page.find("textbox", "Publish topic").fill("roof/vent");
    page.find("textbox", "Payload").fill("open");
    page.find("combobox", "QoS").choose("1");
    page.find("button", "Publish").click();

    page.find("status", "Publish result")
        .awaitText(text -> text.contains("roof/vent"), "roof/vent", Duration.ofSeconds(20));
    String printed = Tools.end(device);
    assertTrue(printed.contains("roof/vent open"), printed);
  }

  private void publish(String version, String topicName, String payload) {
    Tools.run(
        "mosquitto_pub",
        "-V",
        version,
        "-h",
        "127.0.0.1",
        "-p",
        "" + tcpPort,
        "-t",
        topicName,
        "-m",
        payload,
        "-q",
        "1");
  }
}

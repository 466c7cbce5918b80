package io.spillway.broker.session;

import io.spillway.broker.routing.Home;
import io.spillway.mqtt.Message;
import io.spillway.mqtt.PassingMessage;
import io.spillway.mqtt.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A connection that writes down what its session asks of it. Lines read like a packet log. */
final class TestConnection implements ClientConnection {
  final List<String> log = new ArrayList<>();
  private final List<String> inLink = new ArrayList<>();
  private final Home home;
  Session session;
  boolean writable = true;
  boolean writableForQos0 = true;
  boolean paused;
  boolean closed;
  MulticastLink link;

  /** Lines that a test has acted upon. */
  int answered;

  TestConnection(Home home) {
    this.home = home;
  }

  /** What was written down since the last call. */
  List<String> takeLog() {
    List<String> taken = List.copyOf(log);
    log.clear();
    return taken;
  }

  @Override
  public Home home() {
    return home;
  }

  @Override
  public void accepted(Session accepted, boolean sessionPresent) {
    session = accepted;
    log.add("CONNACK" + (sessionPresent ? " present" : ""));
  }

  @Override
  public void refused(ReasonCode reasonCode, String text) {
    log.add("CONNACK " + reasonCode);
    closed = true;
  }

  @Override
  public void publish(
      PassingMessage message,
      int qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIdentifiers) {
    assert home.inHome();
    assert !closed;
    log.add(line(message.kept(), qos, dup, retain, packetId, subscriptionIdentifiers));
  }

  /** By a link, which lets it wait behind a packet that is still on its way. */
  void multicast(Message message, boolean retain) {
    String line = line(message, 0, false, retain, 0, null);
    if (writableForQos0) {
      log.add(line);
    } else {
      inLink.add(line);
    }
  }

  void writableForQos0(boolean writableNow) {
    writableForQos0 = writableNow;
    if (writableNow) {
      log.addAll(inLink);
      inLink.clear();
    }
  }

  static String line(
      Message message,
      int qos,
      boolean dup,
      boolean retain,
      int packetId,
      int[] subscriptionIdentifiers) {
    byte[] payload = new byte[message.payloadLength()];
    message.payload().get(payload);
    return "PUBLISH "
        + message.topicName()
        + " "
        + new String(payload, StandardCharsets.UTF_8)
        + " q"
        + qos
        + (dup ? " dup" : "")
        + (retain ? " retain" : "")
        + (packetId == 0 ? "" : " #" + packetId)
        + (subscriptionIdentifiers == null ? "" : " " + Arrays.toString(subscriptionIdentifiers));
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public boolean isWritableForQos0() {
    return writableForQos0;
  }

  @Override
  public void puback(int packetId, ReasonCode reasonCode) {
    acknowledged("PUBACK", packetId, reasonCode);
  }

  @Override
  public void pubrec(int packetId, ReasonCode reasonCode) {
    acknowledged("PUBREC", packetId, reasonCode);
  }

  @Override
  public void pubrel(int packetId, ReasonCode reasonCode) {
    acknowledged("PUBREL", packetId, reasonCode);
  }

  @Override
  public void pubcomp(int packetId, ReasonCode reasonCode) {
    acknowledged("PUBCOMP", packetId, reasonCode);
  }

  @Override
  public void subscribed(int packetId, List<ReasonCode> reasonCodes) {
    log.add("SUBACK #" + packetId + " " + reasonCodes);
  }

  @Override
  public void unsubscribed(int packetId, List<ReasonCode> reasonCodes) {
    log.add("UNSUBACK #" + packetId + " " + reasonCodes);
  }

  @Override
  public void close(ReasonCode reasonCode, String text) {
    log.add("DISCONNECT " + reasonCode);
    closed = true;
    session = null;
  }

  @Override
  public void pauseReading() {
    paused = true;
  }

  @Override
  public void resumeReading() {
    paused = false;
  }

  @Override
  public ConnectionView view() {
    return new ConnectionView("test", null, 0, 0, 0, 0, 0);
  }

  @Override
  public MulticastLink multicastLink() {
    return link;
  }

  private void acknowledged(String packet, int packetId, ReasonCode reasonCode) {
    assert home.inHome();
    assert !closed;
    log.add(packet + " #" + packetId + (reasonCode == ReasonCode.SUCCESS ? "" : " " + reasonCode));
  }
}

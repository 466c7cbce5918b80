package io.spillway.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;

/** Reads the cold packets of clients into the library's message classes. Pure functions. */
public final class PacketDecoder {
  private PacketDecoder() {}

  /**
   * What kind of packet starts at the reader index. The one dispatch: PUBLISH goes to {@link
   * PublishPacket}, acknowledgements to {@link AckPacket}, the rest to {@link #decode}.
   *
   * @throws ProtocolException MALFORMED_PACKET for type 0, PROTOCOL_ERROR for those that only a
   *     server sends
   */
  public static MqttMessageType type(ByteBuf in) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads the CONNECT, SUBSCRIBE, UNSUBSCRIBE, PINGREQ, DISCONNECT or AUTH packet that fills {@code
   * exactSlice}, whose indices stay as they are. {@code version} is the connection's and isn't
   * looked at for CONNECT (null then). The classes are the library's: {@code MqttConnectMessage},
   * {@code MqttSubscribeMessage}, {@code MqttUnsubscribeMessage}, and {@code MqttMessage} with a
   * {@code MqttReasonCodeAndPropertiesVariableHeader} for DISCONNECT of MQTT 5 and AUTH. Nothing in
   * them is reference-counted.
   */
  public static MqttMessage decode(ByteBuf exactSlice, ProtocolVersion version) {
    throw new UnsupportedOperationException();
  }

  /**
   * The version a CONNECT packet asks for, or null when it isn't one of ours or can't be read: how
   * to answer a CONNECT that {@link #decode} refused. Throws nothing.
   */
  public static ProtocolVersion versionOf(ByteBuf connect) {
    throw new UnsupportedOperationException();
  }

  /** The version of a CONNECT packet that was decoded. */
  public static ProtocolVersion versionOf(MqttConnectMessage connect) {
    throw new UnsupportedOperationException();
  }

  /**
   * The will of a CONNECT packet as a message, or null when it has none. The message doesn't
   * expire: its interval, {@link #willExpirySeconds}, starts when the will is published.
   */
  public static Message willMessage(MqttConnectMessage connect) {
    throw new UnsupportedOperationException();
  }

  /** The will's message expiry interval in seconds, -1 when it has none. */
  public static long willExpirySeconds(MqttConnectMessage connect) {
    throw new UnsupportedOperationException();
  }

  /** The will's delay in seconds, 0 when it has none. */
  public static long willDelaySeconds(MqttConnectMessage connect) {
    throw new UnsupportedOperationException();
  }
}

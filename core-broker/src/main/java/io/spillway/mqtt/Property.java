package io.spillway.mqtt;

import java.util.Locale;

/** The properties of MQTT 5, table 2-4: how each is encoded and where a client may send it. */
enum Property {
  PAYLOAD_FORMAT_INDICATOR(0x01, Type.BYTE, Place.PUBLISH, Place.WILL),
  MESSAGE_EXPIRY_INTERVAL(0x02, Type.FOUR_BYTES, Place.PUBLISH, Place.WILL),
  CONTENT_TYPE(0x03, Type.STRING, Place.PUBLISH, Place.WILL),
  RESPONSE_TOPIC(0x08, Type.STRING, Place.PUBLISH, Place.WILL),
  CORRELATION_DATA(0x09, Type.BINARY, Place.PUBLISH, Place.WILL),
  // Belongs to PUBLISH too, but a client's must not have it: PropertyReader says so.
  SUBSCRIPTION_IDENTIFIER(0x0B, Type.VARIABLE_BYTE_INTEGER, Place.PUBLISH, Place.SUBSCRIBE),
  SESSION_EXPIRY_INTERVAL(0x11, Type.FOUR_BYTES, Place.CONNECT, Place.DISCONNECT),
  ASSIGNED_CLIENT_IDENTIFIER(0x12, Type.STRING),
  SERVER_KEEP_ALIVE(0x13, Type.TWO_BYTES),
  AUTHENTICATION_METHOD(0x15, Type.STRING, Place.CONNECT, Place.AUTH),
  AUTHENTICATION_DATA(0x16, Type.BINARY, Place.CONNECT, Place.AUTH),
  REQUEST_PROBLEM_INFORMATION(0x17, Type.BYTE, Place.CONNECT),
  WILL_DELAY_INTERVAL(0x18, Type.FOUR_BYTES, Place.WILL),
  REQUEST_RESPONSE_INFORMATION(0x19, Type.BYTE, Place.CONNECT),
  RESPONSE_INFORMATION(0x1A, Type.STRING),
  // Belongs to DISCONNECT too, but only a server's.
  SERVER_REFERENCE(0x1C, Type.STRING, Place.DISCONNECT),
  REASON_STRING(0x1F, Type.STRING, Place.ACKNOWLEDGEMENT, Place.DISCONNECT, Place.AUTH),
  RECEIVE_MAXIMUM(0x21, Type.TWO_BYTES, Place.CONNECT),
  TOPIC_ALIAS_MAXIMUM(0x22, Type.TWO_BYTES, Place.CONNECT),
  TOPIC_ALIAS(0x23, Type.TWO_BYTES, Place.PUBLISH),
  MAXIMUM_QOS(0x24, Type.BYTE),
  RETAIN_AVAILABLE(0x25, Type.BYTE),
  USER_PROPERTY(0x26, Type.STRING_PAIR, Place.values()),
  MAXIMUM_PACKET_SIZE(0x27, Type.FOUR_BYTES, Place.CONNECT),
  WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, Type.BYTE),
  SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29, Type.BYTE),
  SHARED_SUBSCRIPTION_AVAILABLE(0x2A, Type.BYTE);

  /** How a value is encoded. */
  enum Type {
    BYTE,
    TWO_BYTES,
    FOUR_BYTES,
    VARIABLE_BYTE_INTEGER,
    STRING,
    BINARY,
    STRING_PAIR
  }

  /** Where properties stand in the packets of a client. */
  enum Place {
    CONNECT("CONNECT"),
    WILL("will"),
    PUBLISH("PUBLISH"),
    ACKNOWLEDGEMENT("acknowledgement"),
    SUBSCRIBE("SUBSCRIBE"),
    UNSUBSCRIBE("UNSUBSCRIBE"),
    DISCONNECT("DISCONNECT"),
    AUTH("AUTH");

    private final String text;

    Place(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private static final Property[] BY_ID = new Property[0x2B];

  static {
    for (Property property : values()) {
      BY_ID[property.id] = property;
    }
  }

  private final int id;
  private final Type type;
  private final int places;
  private final String text;

  Property(int id, Type type, Place... places) {
    this.id = id;
    this.type = type;
    int bits = 0;
    for (Place place : places) {
      bits |= 1 << place.ordinal();
    }
    this.places = bits;
    this.text = name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** The property, or null when the standard has none of that identifier. */
  static Property ofOrNull(int id) {
    return id < BY_ID.length ? BY_ID[id] : null;
  }

  int id() {
    return id;
  }

  Type type() {
    return type;
  }

  boolean belongsTo(Place place) {
    return (places & 1 << place.ordinal()) != 0;
  }

  /** For messages: {@code topic alias}. */
  @Override
  public String toString() {
    return text;
  }
}

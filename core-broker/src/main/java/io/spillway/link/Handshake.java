package io.spillway.link;

import io.netty.buffer.ByteBuf;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * Both ends prove that they know the secret, and agree on version and limits.
 *
 * <p>HELLO, CHALLENGE, AUTH, WELCOME, each exactly once and in this order. A proof is an HMAC over
 * everything said before it, so whoever changes a word (a version range, a method, a limit) breaks
 * it; both ends put in a fresh nonce, so a recorded handshake proves nothing; the two proofs have
 * different labels, so neither can be sent back as the other.
 */
abstract class Handshake {
  static final int VERSION_MIN = 1;
  static final int VERSION_MAX = 1;
  static final int MAGIC = 'S' << 24 | 'P' << 16 | 'W' << 8 | 'Y';
  static final int METHOD_NONE = 1;
  static final int METHOD_HMAC = 2;
  static final int NONCE_LENGTH = 32;
  static final int PROOF_LENGTH = 32;
  static final String GATEWAY_LABEL = "spillway link 1 gateway";
  static final String CORE_LABEL = "spillway link 1 core";

  private static final SecureRandom RANDOM = new SecureRandom();

  final LinkSettings settings;
  final FrameWriter writer;
  private final MessageDigest transcript;

  /** The frame type that has to come next. */
  int expected;

  private Handshake(LinkSettings settings, FrameWriter writer, int expected) {
    this.settings = settings;
    this.writer = writer;
    this.expected = expected;
    try {
      transcript = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static Handshake gateway(LinkSettings settings, FrameWriter writer) {
    return new Gateway(settings, writer);
  }

  static Handshake core(LinkSettings settings, FrameWriter writer) {
    return new Core(settings, writer);
  }

  /** The connection stands. */
  abstract void start();

  /**
   * Takes the frame that was expected.
   *
   * @return the peer, when the handshake is complete; null before
   */
  abstract PeerFacts received(int type, ByteBuf payload);

  final int method() {
    return settings.secretRequired() ? METHOD_HMAC : METHOD_NONE;
  }

  /** Sends a frame and takes it into the transcript. */
  final void send(int type, ByteBuf payload) {
    said(type, payload);
    ByteBuf out = writer.begin(type, 0);
    out.writeBytes(payload);
    payload.release();
    writer.end();
  }

  /** Takes a frame into the transcript, without moving its indices. */
  final void said(int type, ByteBuf payload) {
    int length = payload.readableBytes();
    byte[] header = {(byte) (length >> 16), (byte) (length >> 8), (byte) length, (byte) type};
    transcript.update(header);
    transcript.update(new byte[4]);
    transcript.update(payload.nioBuffer());
  }

  final byte[] proof(String label) {
    try {
      MessageDigest soFar = (MessageDigest) transcript.clone();
      return settings.secret().proof(label, soFar.digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("every Java platform's SHA-256 can be cloned", e);
    }
  }

  final void check(String label, ByteBuf in, String who) {
    if (method() == METHOD_NONE) {
      return;
    }
    Wire.need(in, PROOF_LENGTH, "proof");
    byte[] proof = new byte[PROOF_LENGTH];
    in.readBytes(proof);
    if (!MessageDigest.isEqual(proof, proof(label))) {
      throw new LinkException(
          LinkCloseReason.AUTHENTICATION,
          who + ": wrong proof (expected: the same secret at both ends)");
    }
  }

  final void writeNonce(ByteBuf out) {
    byte[] nonce = new byte[NONCE_LENGTH];
    RANDOM.nextBytes(nonce);
    out.writeBytes(nonce);
  }

  static void skipNonce(ByteBuf in, String what) {
    Wire.need(in, NONCE_LENGTH, what);
    in.skipBytes(NONCE_LENGTH);
  }

  static int limit(ByteBuf in, int minimum, String what) {
    int value = Wire.u31(in, what);
    if (value < minimum) {
      throw LinkException.protocolError(what + ": " + value + " (expected: >= " + minimum + ")");
    }
    return value;
  }

  final ByteBuf buffer() {
    return writer.allocator().buffer(256);
  }

  private static final class Gateway extends Handshake {
    Gateway(LinkSettings settings, FrameWriter writer) {
      super(settings, writer, FrameType.CHALLENGE);
    }

    @Override
    void start() {
      ByteBuf hello = buffer();
      hello.writeInt(MAGIC);
      hello.writeByte(VERSION_MIN);
      hello.writeByte(VERSION_MAX);
      hello.writeByte(method());
      writeNonce(hello);
      hello.writeInt(settings.receiveCredit());
      hello.writeInt(settings.groupsMax());
      Wire.writeString8(hello, settings.id());
      Wire.writeString8(hello, settings.instance());
      send(FrameType.HELLO, hello);
    }

    @Override
    PeerFacts received(int type, ByteBuf payload) {
      if (type == FrameType.CHALLENGE) {
        challenged(payload);
        return null;
      }
      return welcomed(payload);
    }

    private void challenged(ByteBuf in) {
      said(FrameType.CHALLENGE, in);
      int version = Wire.u8(in, "CHALLENGE version");
      if (version < VERSION_MIN || version > VERSION_MAX) {
        throw new LinkException(
            LinkCloseReason.VERSION,
            "CHALLENGE version: "
                + version
                + " (expected: "
                + VERSION_MIN
                + " to "
                + VERSION_MAX
                + ")");
      }
      int method = Wire.u8(in, "CHALLENGE method");
      if (method != method()) {
        // Also what a go-between would try: talk the gateway out of asking for a proof.
        throw new LinkException(
            LinkCloseReason.AUTHENTICATION,
            method() == METHOD_HMAC
                ? "the core asks for no proof (expected: it has the link secret too)"
                : "the core asks for a proof (expected: none, as there is no link secret here)");
      }
      skipNonce(in, "CHALLENGE nonce");
      Wire.end(in, "CHALLENGE");

      ByteBuf auth = buffer();
      if (method == METHOD_HMAC) {
        auth.writeBytes(proof(GATEWAY_LABEL));
      }
      send(FrameType.AUTH, auth);
      expected = FrameType.WELCOME;
    }

    private PeerFacts welcomed(ByteBuf in) {
      boolean authenticated = method() == METHOD_HMAC;
      int proofLength = authenticated ? PROOF_LENGTH : 0;
      Wire.need(in, proofLength, "WELCOME");
      ByteBuf body = in.readSlice(in.readableBytes() - proofLength);
      said(FrameType.WELCOME, body);
      check(CORE_LABEL, in, "the core");

      int sendCredit = limit(body, 1, "WELCOME credit");
      int unitBytesMax = limit(body, 1, "WELCOME largest unit");
      int streamsMax = limit(body, 1, "WELCOME streams");
      String id = Wire.string8(body, "WELCOME id");
      String instance = Wire.string8(body, "WELCOME instance");
      Wire.end(body, "WELCOME");
      return new PeerFacts(
          id,
          instance,
          authenticated,
          VERSION_MAX,
          Math.min(streamsMax, settings.streamsMax()),
          sendCredit,
          unitBytesMax,
          settings.groupsMax());
    }
  }

  private static final class Core extends Handshake {
    private String id;
    private String instance;
    private int sendCredit;
    private int groupsMax;

    Core(LinkSettings settings, FrameWriter writer) {
      super(settings, writer, FrameType.HELLO);
    }

    @Override
    void start() {
      // The gateway speaks first.
    }

    @Override
    PeerFacts received(int type, ByteBuf payload) {
      if (type == FrameType.HELLO) {
        greeted(payload);
        return null;
      }
      return authenticated(payload);
    }

    private void greeted(ByteBuf in) {
      said(FrameType.HELLO, in);
      Wire.need(in, 6, "HELLO");
      if (in.readInt() != MAGIC) {
        throw LinkException.protocolError("HELLO: not a link's (expected: SPWY first)");
      }
      int versionMin = in.readUnsignedByte();
      int versionMax = in.readUnsignedByte();
      if (versionMin > VERSION_MAX || versionMax < VERSION_MIN) {
        throw new LinkException(
            LinkCloseReason.VERSION,
            "HELLO versions: "
                + versionMin
                + " to "
                + versionMax
                + " (expected: "
                + VERSION_MIN
                + " to "
                + VERSION_MAX
                + ")");
      }
      int methods = Wire.u8(in, "HELLO methods");
      if ((methods & method()) == 0) {
        throw new LinkException(
            LinkCloseReason.AUTHENTICATION,
            method() == METHOD_HMAC
                ? "the gateway has no link secret (expected: the core's)"
                : "the gateway asks for a proof (expected: none, as the core has no link secret)");
      }
      skipNonce(in, "HELLO nonce");
      sendCredit = limit(in, 1, "HELLO credit");
      groupsMax = limit(in, 0, "HELLO groups");
      id = Wire.string8(in, "HELLO id");
      instance = Wire.string8(in, "HELLO instance");
      // What follows is a later version's, and in the transcript all the same.

      ByteBuf challenge = buffer();
      challenge.writeByte(VERSION_MAX);
      challenge.writeByte(method());
      writeNonce(challenge);
      send(FrameType.CHALLENGE, challenge);
      expected = FrameType.AUTH;
    }

    private PeerFacts authenticated(ByteBuf in) {
      ByteBuf whole = in.slice();
      check(GATEWAY_LABEL, in, "the gateway");
      Wire.end(in, "AUTH");
      said(FrameType.AUTH, whole);

      ByteBuf welcome = buffer();
      welcome.writeInt(settings.receiveCredit());
      welcome.writeInt(settings.unitBytesMax());
      welcome.writeInt(settings.streamsMax());
      Wire.writeString8(welcome, settings.id());
      Wire.writeString8(welcome, settings.instance());
      boolean authenticated = method() == METHOD_HMAC;
      said(FrameType.WELCOME, welcome);
      ByteBuf out = writer.begin(FrameType.WELCOME, 0);
      out.writeBytes(welcome);
      welcome.release();
      if (authenticated) {
        out.writeBytes(proof(CORE_LABEL));
      }
      writer.end();
      return new PeerFacts(
          id,
          instance,
          authenticated,
          VERSION_MAX,
          settings.streamsMax(),
          sendCredit,
          Integer.MAX_VALUE,
          groupsMax);
    }
  }
}

package io.spillway.link;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The other end of a link, byte by byte, written from the specification and not from the code: what
 * it sends is scripted, what it gets is looked at frame by frame.
 */
final class ScriptedPeer implements MemoryTransport.Wire {
  record Frame(int type, int stream, byte[] payload) {
    String name() {
      return FrameType.name(type);
    }

    ByteBuffer in() {
      return ByteBuffer.wrap(payload);
    }
  }

  final MemoryLoop loop = new MemoryLoop();
  final RecordingLink listener = new RecordingLink();
  final MemoryTransport transport = new MemoryTransport(loop, 1 << 20);
  final Link link;
  boolean closed;

  /** Everything the link has sent. */
  final ByteArrayOutputStream heard = new ByteArrayOutputStream();

  /** The frames of a handshake so far, for the proofs. */
  final ByteArrayOutputStream transcript = new ByteArrayOutputStream();

  private final ByteArrayOutputStream rest = new ByteArrayOutputStream();
  private final ArrayDeque<Frame> frames = new ArrayDeque<>();

  private ScriptedPeer(boolean gateway, LinkSettings settings) {
    link =
        gateway
            ? Link.gateway(settings, transport, listener)
            : Link.core(settings, transport, listener);
    transport.join(link, this);
    link.start();
    loop.run();
  }

  static ScriptedPeer ofGateway(LinkSettings settings) {
    return new ScriptedPeer(true, settings);
  }

  static ScriptedPeer ofCore(LinkSettings settings) {
    return new ScriptedPeer(false, settings);
  }

  /** A core that has shaken hands with a scripted gateway. */
  static ScriptedPeer gatewayOfReadyCore() {
    ScriptedPeer peer = ofCore(LinkPair.CORE);
    peer.send(FrameType.HELLO, 0, hello(1, 1, 2, 1_000_000));
    peer.expect(FrameType.CHALLENGE);
    peer.send(FrameType.AUTH, 0, peer.proof("a long and random secret", "spillway link 1 gateway"));
    peer.expect(FrameType.WELCOME);
    return peer;
  }

  /** A gateway that has shaken hands with a scripted core. */
  static ScriptedPeer coreOfReadyGateway() {
    ScriptedPeer peer = ofGateway(LinkPair.GATEWAY);
    peer.expect(FrameType.HELLO);
    peer.send(FrameType.CHALLENGE, 0, challenge(1, 2));
    peer.expect(FrameType.AUTH);
    peer.sendWelcome("a long and random secret", "spillway link 1 core");
    return peer;
  }

  static byte[] hello(int versionMin, int versionMax, int methods, int credit) {
    ByteBuffer out = ByteBuffer.allocate(256);
    out.put("SPWY".getBytes(StandardCharsets.US_ASCII));
    out.put((byte) versionMin).put((byte) versionMax).put((byte) methods);
    out.put(new byte[32]);
    out.putInt(credit).putInt(100);
    out.put((byte) 2).put("gw".getBytes(StandardCharsets.US_ASCII));
    out.put((byte) 1).put("i".getBytes(StandardCharsets.US_ASCII));
    return Arrays.copyOf(out.array(), out.position());
  }

  static byte[] challenge(int version, int method) {
    byte[] payload = new byte[34];
    Arrays.fill(payload, (byte) 0x5c);
    payload[0] = (byte) version;
    payload[1] = (byte) method;
    return payload;
  }

  static byte[] welcome() {
    ByteBuffer out = ByteBuffer.allocate(64);
    out.putInt(1_000_000).putInt(20_000_000).putInt(1000);
    out.put((byte) 1).put((byte) 'c').put((byte) 1).put((byte) 'i');
    return Arrays.copyOf(out.array(), out.position());
  }

  void sendWelcome(String secret, String label) {
    byte[] body = welcome();
    take(FrameType.WELCOME, 0, body);
    byte[] proof = proof(secret, label);
    byte[] payload = Arrays.copyOf(body, body.length + proof.length);
    System.arraycopy(proof, 0, payload, body.length, proof.length);
    raw(frame(FrameType.WELCOME, 0, payload));
  }

  byte[] proof(String secret, String label) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(transcript.toByteArray());
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      mac.update((label + "\0").getBytes(StandardCharsets.US_ASCII));
      return mac.doFinal(hash);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] frame(int type, int stream, byte... payload) {
    ByteBuffer out = ByteBuffer.allocate(8 + payload.length);
    out.putInt(payload.length << 8 | type).putInt(stream).put(payload);
    return out.array();
  }

  private void take(int type, int stream, byte[] payload) {
    transcript.writeBytes(frame(type, stream, payload));
  }

  ScriptedPeer send(int type, int stream, byte... payload) {
    take(type, stream, payload);
    return raw(frame(type, stream, payload));
  }

  ScriptedPeer send(int type, int stream, String hex) {
    return send(type, stream, java.util.HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  ScriptedPeer raw(byte[] bytes) {
    ByteBuf in = Unpooled.wrappedBuffer(bytes);
    link.received(in);
    link.receiveComplete();
    in.release();
    loop.run();
    return this;
  }

  /** Opens a stream the short way: nothing but an address. */
  ScriptedPeer open(int stream) {
    return send(FrameType.OPEN, stream, "01 0007 04 c0000207 1f90");
  }

  /** Says nothing any more. */
  void hangUp() {
    link.transportClosed(null);
    transport.close();
    loop.run();
  }

  @Override
  public void bytes(ByteBuf bytes) {
    byte[] some = RecordingStream.bytes(bytes);
    heard.writeBytes(some);
    rest.writeBytes(some);
    ByteBuffer in = ByteBuffer.wrap(rest.toByteArray());
    while (in.remaining() >= 8) {
      int head = in.getInt(in.position());
      if (in.remaining() < 8 + (head >>> 8)) {
        break;
      }
      in.getInt();
      int stream = in.getInt();
      byte[] payload = new byte[head >>> 8];
      in.get(payload);
      frames.add(new Frame(head & 0xff, stream, payload));
    }
    rest.reset();
    rest.write(in.array(), in.position(), in.remaining());
  }

  @Override
  public void closed() {
    closed = true;
  }

  Frame next() {
    link.flush();
    loop.run();
    return frames.poll();
  }

  /** The next frame, which must be of this type. */
  Frame expect(int type) {
    Frame frame = next();
    if (frame == null || frame.type != type) {
      throw new AssertionError(
          "expected "
              + FrameType.name(type)
              + ", got "
              + (frame == null ? "nothing" : frame.name())
              + "; link: "
              + listener.closeReason
              + " "
              + listener.closeText);
    }
    take(frame.type, frame.stream, frame.payload);
    return frame;
  }

  void expectNothing() {
    Frame frame = next();
    if (frame != null) {
      throw new AssertionError("expected nothing, got " + frame.name());
    }
  }

  /** GOAWAY with this reason, and then the end. */
  String expectGoAway(LinkCloseReason reason) {
    Frame frame = expect(FrameType.GOAWAY);
    if (frame.payload[0] != reason.code() || listener.closeReason != reason || !closed) {
      throw new AssertionError(
          "expected "
              + reason
              + ", got code "
              + frame.payload[0]
              + ", "
              + listener.closeReason
              + " "
              + listener.closeText
              + (closed ? "" : ", still open"));
    }
    return new String(frame.payload, 2, frame.payload.length - 2, StandardCharsets.UTF_8);
  }
}

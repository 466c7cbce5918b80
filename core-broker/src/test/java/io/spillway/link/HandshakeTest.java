package io.spillway.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Who may be a link's peer, and what an attacker tries. */
class HandshakeTest {
  private static final String SECRET = "a long and random secret";
  private static final LinkSettings OPEN_CORE = LinkSettings.of("core", "c", null);
  private static final LinkSettings OPEN_GATEWAY = LinkSettings.of("gw", "g", null);

  @Test
  void aGatewayWrittenFromTheSpecificationIsWelcome() {
    ScriptedPeer peer = ScriptedPeer.gatewayOfReadyCore();

    assertEquals("gw", peer.listener.peer.id());
    assertEquals(1_000_000, peer.listener.peer.sendCredit());
    assertEquals(100, peer.listener.peer.groupsMax());
    peer.hangUp();
  }

  @Test
  void aCoreWrittenFromTheSpecificationIsWelcome() {
    ScriptedPeer peer = ScriptedPeer.coreOfReadyGateway();

    assertEquals("c", peer.listener.peer.id());
    assertEquals(20_000_000, peer.listener.peer.unitBytesMax());
    assertEquals(1000, peer.listener.peer.streamsMax());
    peer.hangUp();
  }

  @Test
  void theCoresProofIsAsSpecified() {
    ScriptedPeer peer = ScriptedPeer.ofCore(LinkPair.CORE);
    peer.send(FrameType.HELLO, 0, ScriptedPeer.hello(1, 1, 2, 1000));
    peer.expect(FrameType.CHALLENGE);
    peer.send(FrameType.AUTH, 0, peer.proof(SECRET, "spillway link 1 gateway"));

    byte[] welcome = peer.next().payload();
    byte[] body = Arrays.copyOf(welcome, welcome.length - 32);
    peer.transcript.writeBytes(ScriptedPeer.frame(FrameType.WELCOME, 0, body));

    assertEquals(
        Arrays.toString(peer.proof(SECRET, "spillway link 1 core")),
        Arrays.toString(Arrays.copyOfRange(welcome, welcome.length - 32, welcome.length)));
    peer.hangUp();
  }

  @Test
  void aGatewayWithAWrongSecretIsRefused() {
    ScriptedPeer peer = ScriptedPeer.ofCore(LinkPair.CORE);
    peer.send(FrameType.HELLO, 0, ScriptedPeer.hello(1, 1, 2, 1000));
    peer.expect(FrameType.CHALLENGE);

    peer.send(FrameType.AUTH, 0, peer.proof("another secret", "spillway link 1 gateway"));

    String text = peer.expectGoAway(LinkCloseReason.AUTHENTICATION);
    assertEquals("the gateway: wrong proof (expected: the same secret at both ends)", text);
    assertNull(peer.listener.peer);
  }

  @Test
  void aCoreWithAWrongSecretIsRefused() {
    ScriptedPeer peer = ScriptedPeer.ofGateway(LinkPair.GATEWAY);
    peer.expect(FrameType.HELLO);
    peer.send(FrameType.CHALLENGE, 0, ScriptedPeer.challenge(1, 2));
    peer.expect(FrameType.AUTH);

    peer.sendWelcome("another secret", "spillway link 1 core");

    peer.expectGoAway(LinkCloseReason.AUTHENTICATION);
    assertNull(peer.listener.peer);
  }

  @Test
  void aRecordedHandshakeProvesNothing() {
    ScriptedPeer first = ScriptedPeer.ofCore(LinkPair.CORE);
    byte[] hello = ScriptedPeer.hello(1, 1, 2, 1000);
    first.send(FrameType.HELLO, 0, hello);
    byte[] challenge = first.expect(FrameType.CHALLENGE).payload();
    byte[] recorded = first.proof(SECRET, "spillway link 1 gateway");
    first.send(FrameType.AUTH, 0, recorded);
    first.expect(FrameType.WELCOME);
    first.hangUp();

    ScriptedPeer again = ScriptedPeer.ofCore(LinkPair.CORE);
    again.send(FrameType.HELLO, 0, hello);
    assertNotEquals(
        Arrays.toString(challenge), Arrays.toString(again.expect(FrameType.CHALLENGE).payload()));
    again.send(FrameType.AUTH, 0, recorded);

    again.expectGoAway(LinkCloseReason.AUTHENTICATION);
  }

  @Test
  void aRecordedCoreProvesNothingToAGateway() {
    ScriptedPeer first = ScriptedPeer.ofGateway(LinkPair.GATEWAY);
    first.expect(FrameType.HELLO);
    first.send(FrameType.CHALLENGE, 0, ScriptedPeer.challenge(1, 2));
    first.expect(FrameType.AUTH);
    byte[] body = ScriptedPeer.welcome();
    first.transcript.writeBytes(ScriptedPeer.frame(FrameType.WELCOME, 0, body));
    byte[] recorded = Arrays.copyOf(body, body.length + 32);
    System.arraycopy(first.proof(SECRET, "spillway link 1 core"), 0, recorded, body.length, 32);
    first.raw(ScriptedPeer.frame(FrameType.WELCOME, 0, recorded));
    assertTrue(first.link.isReady());
    first.hangUp();

    ScriptedPeer again = ScriptedPeer.ofGateway(LinkPair.GATEWAY);
    again.expect(FrameType.HELLO);
    again.send(FrameType.CHALLENGE, 0, ScriptedPeer.challenge(1, 2));
    again.expect(FrameType.AUTH);
    again.raw(ScriptedPeer.frame(FrameType.WELCOME, 0, recorded));

    again.expectGoAway(LinkCloseReason.AUTHENTICATION);
  }

  @Test
  void aGatewaysOwnProofSentBackProvesNothing() {
    ScriptedPeer peer = ScriptedPeer.ofGateway(LinkPair.GATEWAY);
    peer.expect(FrameType.HELLO);
    peer.send(FrameType.CHALLENGE, 0, ScriptedPeer.challenge(1, 2));
    byte[] proof = peer.expect(FrameType.AUTH).payload();

    byte[] body = ScriptedPeer.welcome();
    byte[] payload = Arrays.copyOf(body, body.length + 32);
    System.arraycopy(proof, 0, payload, body.length, 32);
    peer.raw(ScriptedPeer.frame(FrameType.WELCOME, 0, payload));

    peer.expectGoAway(LinkCloseReason.AUTHENTICATION);
  }

  @Test
  void aGatewaysHelloSentBackIsRefused() {
    ScriptedPeer peer = ScriptedPeer.ofGateway(LinkPair.GATEWAY);
    byte[] hello = peer.expect(FrameType.HELLO).payload();

    peer.send(FrameType.HELLO, 0, hello);

    peer.expectGoAway(LinkCloseReason.PROTOCOL_ERROR);
  }

  @Test
  void theTwoEndsProofsDifferInTheirLabels() {
    ScriptedPeer peer = ScriptedPeer.ofCore(LinkPair.CORE);
    peer.send(FrameType.HELLO, 0, ScriptedPeer.hello(1, 1, 2, 1000));
    peer.expect(FrameType.CHALLENGE);

    peer.send(FrameType.AUTH, 0, peer.proof(SECRET, "spillway link 1 core"));

    peer.expectGoAway(LinkCloseReason.AUTHENTICATION);
  }

  @Test
  void aGoBetweenThatChangesAWordBreaksTheProof() {
    // Every byte of HELLO after the magic in turn, then every byte of CHALLENGE.
    int hello = 4 + 3 + 32 + 8 + 1 + "gw-1".length() + 1 + "g-instance".length();
    int challenge = 2 + 32;
    for (int at = 4; at < hello + challenge; at++) {
      MemoryLoop loop = new MemoryLoop();
      RecordingLink gatewayListener = new RecordingLink();
      RecordingLink coreListener = new RecordingLink();
      MemoryTransport gatewayTransport = new MemoryTransport(loop, 1 << 16);
      MemoryTransport coreTransport = new MemoryTransport(loop, 1 << 16);
      Link gateway = Link.gateway(LinkPair.GATEWAY, gatewayTransport, gatewayListener);
      Link core = Link.core(LinkPair.CORE, coreTransport, coreListener);
      int inHello = at < hello ? 8 + at : -1;
      int inChallenge = at < hello ? -1 : 8 + at - hello;
      gatewayTransport.join(gateway, new Changing(core, inHello));
      coreTransport.join(core, new Changing(gateway, inChallenge));

      core.start();
      gateway.start();
      loop.run();

      assertFalse(gateway.isReady(), "byte " + at);
      assertNull(coreListener.peer, "byte " + at);
      core.close(LinkCloseReason.INTERNAL, "");
      gateway.close(LinkCloseReason.INTERNAL, "");
      loop.run();
    }
  }

  @Test
  void aGatewayWithASecretIsNotTalkedOutOfTheProof() {
    ScriptedPeer peer = ScriptedPeer.ofGateway(LinkPair.GATEWAY);
    peer.expect(FrameType.HELLO);

    peer.send(FrameType.CHALLENGE, 0, ScriptedPeer.challenge(1, 1));

    String text = peer.expectGoAway(LinkCloseReason.AUTHENTICATION);
    assertEquals("the core asks for no proof (expected: it has the link secret too)", text);
  }

  @Test
  void aGatewayWithoutSecretIsToldSoByACoreThatHasOne() {
    LinkPair pair = new LinkPair(OPEN_GATEWAY, LinkPair.CORE, 1 << 16).start();

    assertEquals(LinkCloseReason.AUTHENTICATION, pair.gatewayListener.closeReason);
    assertEquals(
        "said by the peer: the gateway has no link secret (expected: the core's)",
        pair.gatewayListener.closeText);
    pair.stop();
  }

  @Test
  void aCoreWithoutSecretIsNotEnoughForAGatewayThatHasOne() {
    LinkPair pair = new LinkPair(LinkPair.GATEWAY, OPEN_CORE, 1 << 16).start();

    assertEquals(LinkCloseReason.AUTHENTICATION, pair.gatewayListener.closeReason);
    assertNull(pair.gatewayListener.peer);
    pair.stop();
  }

  @Test
  void withoutSecretsBothEndsMeetIfBothAreSetSo() {
    LinkPair pair = new LinkPair(OPEN_GATEWAY, OPEN_CORE, 1 << 16).start();

    assertTrue(pair.gateway.canOpen());
    assertFalse(pair.coreListener.peer.authenticated());
    pair.stop();
  }

  @Test
  void aProofThatNobodyAskedForIsRefused() {
    ScriptedPeer peer = ScriptedPeer.ofCore(OPEN_CORE);
    peer.send(FrameType.HELLO, 0, ScriptedPeer.hello(1, 1, 1, 1000));
    peer.expect(FrameType.CHALLENGE);

    peer.send(FrameType.AUTH, 0, new byte[32]);

    peer.expectGoAway(LinkCloseReason.PROTOCOL_ERROR);
  }

  @Test
  void versionsWithoutAnOverlapAreRefusedWithTheRange() {
    ScriptedPeer peer = ScriptedPeer.ofCore(LinkPair.CORE);
    peer.send(FrameType.HELLO, 0, ScriptedPeer.hello(2, 9, 2, 1000));
    assertEquals(
        "HELLO versions: 2 to 9 (expected: 1 to 1)", peer.expectGoAway(LinkCloseReason.VERSION));

    ScriptedPeer core = ScriptedPeer.ofGateway(LinkPair.GATEWAY);
    core.expect(FrameType.HELLO);
    core.send(FrameType.CHALLENGE, 0, ScriptedPeer.challenge(2, 2));
    core.expectGoAway(LinkCloseReason.VERSION);
  }

  @Test
  void aLaterGatewaysHelloMayBeLonger() {
    ScriptedPeer peer = ScriptedPeer.ofCore(LinkPair.CORE);
    byte[] hello = ScriptedPeer.hello(1, 7, 2, 1000);
    peer.send(FrameType.HELLO, 0, Arrays.copyOf(hello, hello.length + 9));
    peer.expect(FrameType.CHALLENGE);
    peer.send(FrameType.AUTH, 0, peer.proof(SECRET, "spillway link 1 gateway"));
    peer.expect(FrameType.WELCOME);

    assertTrue(peer.link.isReady());
    peer.hangUp();
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] hello = ScriptedPeer.hello(1, 1, 2, 1000);
    for (int length = 0; length < hello.length; length++) {
      ScriptedPeer peer = ScriptedPeer.ofCore(LinkPair.CORE);
      peer.send(FrameType.HELLO, 0, Arrays.copyOf(hello, length));
      peer.expectGoAway(LinkCloseReason.PROTOCOL_ERROR);
    }
    for (int length = 0; length < 32; length++) {
      ScriptedPeer peer = ScriptedPeer.ofCore(LinkPair.CORE);
      peer.send(FrameType.HELLO, 0, hello);
      peer.expect(FrameType.CHALLENGE);
      byte[] proof = peer.proof(SECRET, "spillway link 1 gateway");
      peer.send(FrameType.AUTH, 0, Arrays.copyOf(proof, length));
      peer.expectGoAway(LinkCloseReason.PROTOCOL_ERROR);
    }
    for (int length = 0; length < 34; length++) {
      ScriptedPeer peer = ScriptedPeer.ofGateway(LinkPair.GATEWAY);
      peer.expect(FrameType.HELLO);
      peer.send(FrameType.CHALLENGE, 0, Arrays.copyOf(ScriptedPeer.challenge(1, 2), length));
      peer.expectGoAway(LinkCloseReason.PROTOCOL_ERROR);
    }
  }

  @Test
  void nothingIsSaidBeforeTheProof() {
    ScriptedPeer peer = ScriptedPeer.ofCore(LinkPair.CORE);
    peer.send(FrameType.HELLO, 0, ScriptedPeer.hello(1, 1, 2, 1000));
    peer.expect(FrameType.CHALLENGE);

    peer.open(1);

    assertEquals(
        "OPEN in the handshake (expected: AUTH)",
        peer.expectGoAway(LinkCloseReason.PROTOCOL_ERROR));
    assertTrue(peer.listener.opened.isEmpty());
  }

  @Test
  void aCoreTellsNothingAboutItselfToStrangers() {
    ScriptedPeer peer = ScriptedPeer.ofCore(LinkPair.CORE);
    peer.send(FrameType.HELLO, 0, ScriptedPeer.hello(1, 1, 2, 1000));
    peer.expect(FrameType.CHALLENGE);

    String heard = new String(peer.heard.toByteArray(), StandardCharsets.ISO_8859_1);
    assertFalse(heard.contains("core-1"));
    peer.hangUp();
  }

  @Test
  void somethingElsesBytesEndTheLinkAtOnce() {
    for (String start : new String[] {"GET / HTTP/1.1\r\n", "\u0010\u000c\u0000\u0004MQTT\u0004"}) {
      ScriptedPeer peer = ScriptedPeer.ofCore(LinkPair.CORE);
      peer.raw(start.getBytes(StandardCharsets.ISO_8859_1));
      peer.expectGoAway(LinkCloseReason.PROTOCOL_ERROR);
    }
  }

  @Test
  void aSwollenHelloIsRefusedBeforeItHasCome() {
    ScriptedPeer peer = ScriptedPeer.ofCore(LinkPair.CORE);

    peer.raw(Arrays.copyOf(ScriptedPeer.frame(FrameType.HELLO, 0, new byte[3000]), 8));

    peer.expectGoAway(LinkCloseReason.TOO_LARGE);
  }

  @Test
  void aSlowHandshakeIsEnded() {
    ScriptedPeer peer = ScriptedPeer.ofCore(LinkPair.CORE);
    peer.raw(Arrays.copyOf(ScriptedPeer.frame(FrameType.HELLO, 0, new byte[100]), 20));

    peer.loop.advance(Duration.ofMillis(4900));
    assertNull(peer.listener.closeReason);
    peer.loop.advance(Duration.ofMillis(200));

    peer.expectGoAway(LinkCloseReason.HANDSHAKE_TIMEOUT);
  }

  @Test
  void aConnectionLostInTheHandshakeEndsTheLink() {
    ScriptedPeer peer = ScriptedPeer.ofCore(LinkPair.CORE);
    peer.send(FrameType.HELLO, 0, ScriptedPeer.hello(1, 1, 2, 1000));

    peer.hangUp();

    assertEquals(LinkCloseReason.TRANSPORT_LOST, peer.listener.closeReason);
    assertEquals(0, peer.loop.timers());
  }

  @Test
  void aSecretNeverPrintsItself() {
    assertFalse(LinkPair.CORE.toString().contains(SECRET));
    assertFalse(LinkPair.CORE.toString().contains(Arrays.toString(SECRET.getBytes())));
    assertThrows(IllegalArgumentException.class, () -> LinkSecret.of(""));
  }

  /** Flips a bit of the first bytes that pass. */
  private static final class Changing implements MemoryTransport.Wire {
    private final Link to;
    private int at;

    Changing(Link to, int at) {
      this.to = to;
      this.at = at;
    }

    @Override
    public void bytes(ByteBuf bytes) {
      ByteBuf changed = Unpooled.copiedBuffer(bytes);
      if (at >= 0 && at < changed.readableBytes()) {
        changed.setByte(at, changed.getByte(at) ^ 1);
      }
      at = -1;
      to.received(changed);
      to.receiveComplete();
    }

    @Override
    public void closed() {
      to.transportClosed(null);
    }
  }
}

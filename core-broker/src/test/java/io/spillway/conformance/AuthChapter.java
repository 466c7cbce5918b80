package io.spillway.conformance;

import static io.spillway.testing.Packets.fields;
import static io.spillway.testing.Packets.hex;
import static io.spillway.testing.Packets.packet;
import static io.spillway.testing.Packets.pingreq;
import static io.spillway.testing.Packets.properties;
import static io.spillway.testing.Packets.u16;
import static io.spillway.testing.Packets.u32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.ScramClient;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** AUTH and enhanced authentication: 3.15 and 4.12. */
public abstract class AuthChapter extends Chapter {
  private static final Version V = Version.V5;
  private static final String SCRAM = "SCRAM-SHA-256";
  private static final int GO_ON = 0x18;
  private static final int AGAIN = 0x19;

  protected AuthChapter(Supplier<Server> servers) {
    super(servers);
  }

  private static byte[] data(byte[] bytes) {
    return fields(u16(bytes.length), bytes);
  }

  private static byte[] auth(int reasonCode, String method, byte[] bytes) {
    return packet(0xF0, reasonCode, properties(0x15, method, 0x16, data(bytes)));
  }

  private Connect scram(ScramClient user, String clientId) {
    return connect(V, clientId).property(0x15, SCRAM).property(0x16, data(user.first()));
  }

  /** Connected as anna. */
  private Client anna(ScramClient anna) {
    Client client = open(V).send(scram(anna, "c").bytes());
    Packet asked = client.expect(Packet.AUTH);
    assertEquals(GO_ON, asked.reasonCode());
    assertEquals(SCRAM, asked.property(0x15));
    client.send(auth(GO_ON, SCRAM, anna.last((byte[]) asked.property(0x16))));
    Packet connack = client.expect(Packet.CONNACK);
    assertEquals(0, connack.reasonCode());
    assertEquals(SCRAM, connack.property(0x15));
    anna.verify((byte[]) connack.property(0x16));
    return client;
  }

  @Test
  @Statement(v5 = {"4.12.0-2", "4.12.0-5", "3.15.2-1", "3.2.0-1"})
  void aUserIsKnownAfterTheExchange() {
    Client client = anna(new ScramClient("anna", "secret"));

    client.subscribe("private/" + own("t"), 0); // What only anna may.
    client.publish("private/" + own("t"), "x", 1).expectMessage("private/" + own("t"), "x");
  }

  @Test
  @Statement(v5 = {"4.12.0-4", "3.14.0-1", "4.13.2-1"})
  void aWrongPasswordAndAnUnknownUserAreRefusedAlike() {
    for (ScramClient user :
        new ScramClient[] {new ScramClient("anna", "wrong"), new ScramClient("nobody", "secret")}) {
      Client client = open(V).send(scram(user, "c").bytes());
      byte[] asked = (byte[]) client.expect(Packet.AUTH).property(0x16);

      client.send(auth(GO_ON, SCRAM, user.last(asked)));

      client.expectRefusal(0x87);
    }
  }

  @Test
  @Statement(v5 = "4.12.0-1")
  void anotherMethodIsNotOffered() {
    for (String method : new String[] {"SCRAM-SHA-1", "scram-sha-256", "PLAIN", ""}) {
      open(V).send(connect(V, "c").property(0x15, method).bytes()).expectRefusal(0x8C);
    }
  }

  @Test
  @Statement(v5 = {"3.1.2-30", "3.1.4-6"})
  void duringTheExchangeThereIsNothingButAuthAndDisconnect() {
    for (byte[] packet :
        new byte[][] {pingreq(), V.subscribe(1, own("t"), 0), V.publish(0, own("t"), 0, "x")}) {
      Client client = open(V).send(scram(new ScramClient("anna", "secret"), "c").bytes());
      client.expect(Packet.AUTH);
      client.send(packet).expectRefusal(0x82);
    }
    Client client = open(V).send(scram(new ScramClient("anna", "secret"), "c").bytes());
    client.expect(Packet.AUTH);
    client.send(hex("e000")).expectClosed();
  }

  @Test
  void anExchangeThatIsNotFinishedInTimeIsEnded() {
    Client client = open(V).send(scram(new ScramClient("anna", "secret"), "c").bytes());
    client.expect(Packet.AUTH);

    client.expectClosed();
  }

  @Test
  @Statement(v5 = {"4.12.1-1", "4.12.0-5"})
  void aUserMayProveItselfAgainWhileWorkGoesOn() {
    ScramClient anna = new ScramClient("anna", "secret");
    Client client = anna(anna).subscribe("private/" + own("t"), 0);

    client.send(auth(AGAIN, SCRAM, anna.first()));
    Packet asked = client.expect(Packet.AUTH);
    assertEquals(GO_ON, asked.reasonCode());
    client.publish("private/" + own("t"), "x", 0).expectMessage("private/" + own("t"), "x");
    client.send(auth(GO_ON, SCRAM, anna.last((byte[]) asked.property(0x16))));

    Packet done = client.expect(Packet.AUTH);
    assertEquals(0, done.reasonCode());
    assertEquals(SCRAM, done.property(0x15));
    anna.verify((byte[]) done.property(0x16));
    client.expectNothing();
  }

  @Test
  @Statement(v5 = {"4.12.1-2", "4.13.2-1"})
  void aFailedProofEndsTheConnection() {
    Client client = anna(new ScramClient("anna", "secret"));
    ScramClient impostor = new ScramClient("anna", "guess");

    client.send(auth(AGAIN, SCRAM, impostor.first()));
    byte[] asked = (byte[]) client.expect(Packet.AUTH).property(0x16);
    client.send(auth(GO_ON, SCRAM, impostor.last(asked)));

    client.expectEnd(0x87);
  }

  @Test
  @Statement(v5 = {"4.12.1-1", "4.12.0-5", "3.15.2-1"})
  void anAuthThatDoesNotFitEndsTheConnection() {
    byte[] first = new ScramClient("anna", "secret").first();
    for (byte[] packet :
        new byte[][] {
          auth(AGAIN, "PLAIN", first),
          auth(GO_ON, SCRAM, first),
          auth(0x00, SCRAM, first),
          packet(0xF0),
          packet(0xF0, AGAIN, properties())
        }) {
      Client client = anna(new ScramClient("anna", "secret")).send(packet);
      client.expectEnd(0x82);
    }
  }

  @Test
  @Statement(v5 = "3.15.1-1")
  void theFlagsOfAuthAreReserved() {
    byte[] first = new ScramClient("anna", "secret").first();

    for (int flags : new int[] {1, 2, 4, 8}) {
      Client client = anna(new ScramClient("anna", "secret"));
      client.send(packet(0xF0 | flags, AGAIN, properties(0x15, SCRAM, 0x16, data(first))));
      client.expectEnd(0x81);
    }
  }

  @Test
  @Statement(v5 = {"4.12.0-6", "4.12.0-7"})
  void withoutAMethodThereIsNoAuth() {
    Client client = client(V, "plain");
    assertNull(client.connack().property(0x15));

    client.send(auth(AGAIN, SCRAM, new ScramClient("anna", "secret").first()));

    client.expectEnd(0x82);
  }

  @Test
  @Statement(v5 = {"3.15.2-2", "3.15.2-3"})
  void anAuthHasNothingThatCouldBeTooLong() {
    ScramClient anna = new ScramClient("anna", "secret");
    Client client = open(V).send(scram(anna, "c").property(0x27, u32(200)).bytes());

    Packet asked = client.expect(Packet.AUTH);

    assertTrue(asked.bytes.length <= 200);
    assertNull(asked.property(0x1F));
    assertTrue(asked.all(0x26).isEmpty());
  }
}

package io.spillway.broker.session;

import static io.spillway.broker.session.World.message;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.spillway.broker.session.World.TestClient;
import io.spillway.mqtt.ReasonCode;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SharedSubscriptionTest {
  private final World world = new World(2);
  private final TestClient publisher = world.client("publisher", 0).connected();

  @Test
  void membersTakeTurns() {
    TestClient first = world.client("a", 0).connected().subscribed("$share/g/t", 1);
    TestClient second = world.client("b", 1).connected().subscribed("$share/g/t", 1);
    TestClient alone = world.client("c", 1).connected().subscribed("$share/other/t", 1);
    TestClient plain = world.client("d", 1).connected().subscribed("t", 1);

    publish(10);

    assertEquals(5, first.log().size());
    assertEquals(5, second.log().size());
    assertEquals(10, alone.log().size());
    assertEquals(10, plain.log().size());
  }

  @Test
  void messagesGoToThoseWhoAreConnected() {
    TestClient absent = world.client("a", 0).with(r -> r.persistent(100)).connected();
    absent.subscribed("$share/g/t", 1).lose();
    TestClient present = world.client("b", 1).connected().subscribed("$share/g/t", 1);

    publish(2);
    assertEquals(2, present.log().size());
    present.act(session -> session.puback(1, ReasonCode.SUCCESS));
    present.act(session -> session.puback(2, ReasonCode.SUCCESS));
    present.lose();
    publish(1);

    assertEquals(List.of("CONNACK present", "PUBLISH t 1 q1 #1"), absent.connect().log());
  }

  @Test
  void whatALeavingMemberHadntAcknowledgedGoesToAnother() {
    TestClient leaving = world.client("a", 0).with(r -> r.receiveMaximum(2)).connected();
    leaving.subscribed("$share/g/t", 1);
    publish(4);
    leaving.act(session -> session.puback(1, ReasonCode.SUCCESS));
    TestClient staying = world.client("b", 1).connected().subscribed("$share/g/t", 1);

    leaving.lose();

    assertEquals(
        List.of("PUBLISH t 2 q1 #1", "PUBLISH t 3 q1 #2", "PUBLISH t 4 q1 #3"), staying.log());
  }

  @Test
  void aQos2MessageOnceBegunStaysWithItsClient() {
    TestClient leaving = world.client("a", 0).with(r -> r.persistent(100)).connected();
    leaving.subscribed("$share/g/t", 2);
    publisher.publish(message("t", "begun", 2), 1);
    TestClient staying = world.client("b", 1).connected().subscribed("$share/g/t", 2);

    leaving.log();
    leaving.lose();

    assertEquals(List.of(), staying.log());
    assertEquals(List.of("CONNACK present", "PUBLISH t begun q2 dup #1"), leaving.connect().log());
  }

  private void publish(int count) {
    for (int i = 1; i <= count; i++) {
      publisher.publish(message("t", "" + i, 1), i);
    }
  }
}

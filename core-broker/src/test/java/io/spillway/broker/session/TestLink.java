package io.spillway.broker.session;

import io.spillway.mqtt.PassingMessage;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** A link that gives each member its copy of a multicast packet, as a gateway does. */
final class TestLink implements MulticastLink {
  int groups;
  int packets;

  @Override
  public MulticastGroup newGroup(boolean mqtt5) {
    groups++;
    return new Group();
  }

  private final class Group implements MulticastGroup {
    private final Set<TestConnection> members = new LinkedHashSet<>();
    private boolean closed;

    @Override
    public void add(ClientConnection member) {
      assert members.add((TestConnection) member);
    }

    @Override
    public void remove(ClientConnection member) {
      assert members.remove((TestConnection) member);
    }

    @Override
    public int multicast(
        PassingMessage message, boolean retain, Collection<ClientConnection> without) {
      assert !closed;
      packets++;
      for (TestConnection member : members) {
        if (!without.contains(member) && !member.closed) {
          member.multicast(message.kept(), retain);
        }
      }
      return message.payloadLength();
    }

    @Override
    public void close() {
      assert members.isEmpty();
      closed = true;
      groups--;
    }
  }
}

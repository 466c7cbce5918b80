package io.spillway.broker;

import io.spillway.process.Role;
import io.spillway.process.RoleCommand;
import io.spillway.process.Service;
import io.spillway.process.Settings;
import java.util.Map;
import java.util.Set;

/** The process {@code core-broker}: one broker and nothing else. */
public final class BrokerMain implements Role {

  public static void main(String[] args) {
    RoleCommand.run(new BrokerMain(), args);
  }

  @Override
  public String command() {
    return "core-broker";
  }

  @Override
  public String description() {
    return "The core of Spillway: an MQTT broker over TCP, to which gateways dial in.";
  }

  @Override
  public Set<String> roots() {
    return Set.of("broker");
  }

  @Override
  public Map<String, String> secrets() {
    return Map.of(
        "SPILLWAY_LINK_SECRET", "broker.link.secret", "SPILLWAY_ADMIN_TOKEN", "broker.admin.token");
  }

  @Override
  public Service configure(Settings settings) {
    return new Broker(BrokerConfig.read(settings));
  }
}

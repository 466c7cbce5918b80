package io.spillway.gateway;

import io.spillway.broker.Broker;
import io.spillway.broker.BrokerConfig;
import io.spillway.process.Role;
import io.spillway.process.RoleCommand;
import io.spillway.process.Service;
import io.spillway.process.Settings;
import java.util.Map;
import java.util.Set;

/** Core and gateway in one process, with the same link between them as between two. */
public final class StandaloneMain implements Role {
  public static void main(String[] args) {
    RoleCommand.run(new StandaloneMain(), args);
  }

  @Override
  public String command() {
    return "run";
  }

  @Override
  public String description() {
    return "Runs a core broker and a WebSocket gateway in one process.";
  }

  @Override
  public Set<String> roots() {
    return Set.of("broker", "gateway");
  }

  @Override
  public Map<String, String> secrets() {
    return Map.of(
        "SPILLWAY_LINK_SECRET", "broker.link.secret", "SPILLWAY_ADMIN_TOKEN", "broker.admin.token");
  }

  @Override
  public Service configure(Settings settings) {
    BrokerConfig broker = BrokerConfig.read(settings);
    if (broker.link() == null) {
      settings.mistake("broker.link.enabled", "true, as the gateway needs the link");
    } else if (broker.link().tls() != null) {
      settings.mistake(
          "broker.link.tls.enabled", "false in one process; run the two roles apart for TLS");
    }
    return new Standalone(new Broker(broker), broker, GatewayConfig.read(settings, true));
  }
}

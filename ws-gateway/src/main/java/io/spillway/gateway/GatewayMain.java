package io.spillway.gateway;

import io.spillway.process.Role;
import io.spillway.process.RoleCommand;
import io.spillway.process.Service;
import io.spillway.process.Settings;
import java.util.Map;
import java.util.Set;

/** The gateway as a process of its own. */
public final class GatewayMain implements Role {
  public static void main(String[] args) {
    RoleCommand.run(new GatewayMain(), args);
  }

  @Override
  public String command() {
    return "ws-gateway";
  }

  @Override
  public String description() {
    return "Takes browsers' MQTT over WebSocket to a core broker, and serves the dashboard.";
  }

  @Override
  public Set<String> roots() {
    return Set.of("gateway");
  }

  @Override
  public Map<String, String> secrets() {
    return Map.of("SPILLWAY_LINK_SECRET", "gateway.upstream.secret");
  }

  @Override
  public Service configure(Settings settings) {
    return new Gateway(GatewayConfig.read(settings));
  }
}

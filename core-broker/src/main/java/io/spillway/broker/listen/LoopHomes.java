package io.spillway.broker.listen;

import io.spillway.broker.connection.HomeConnections;
import io.spillway.broker.routing.Home;
import io.spillway.broker.routing.Homes;
import java.util.List;

/** The homes with what connections have there. Made at start and never changed; any thread. */
public final class LoopHomes {
  private final Homes homes;
  private final List<HomeConnections> connections;

  public LoopHomes(Homes homes) {
    this.homes = homes;
    this.connections = homes.all().stream().map(HomeConnections::new).toList();
  }

  /** The files of users have changed. Any thread. */
  public void checkIdentities() {
    for (Home home : homes.all()) {
      home.execute(connections(home)::checkIdentities);
    }
  }

  /** The calling event loop's. */
  Home current() {
    return homes.current();
  }

  HomeConnections connections(Home home) {
    return connections.get(home.index());
  }
}

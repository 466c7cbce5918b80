package io.spillway.conformance;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Every chapter over secure WebSocket. */
class SecureWebSocketConformanceTest {
  @TempDir static Path directory;

  private static final Servers SERVERS =
      new Servers(settings -> GatewayServer.secureWebSocket(directory, settings));

  @AfterAll
  static void stop() {
    SERVERS.close();
  }

  @Nested
  class Packets extends PacketsChapter {
    Packets() {
      super(SERVERS::plain);
    }
  }

  @Nested
  class Connect extends ConnectChapter {
    Connect() {
      super(SERVERS::plain);
    }
  }

  @Nested
  class Will extends WillChapter {
    Will() {
      super(SERVERS::plain);
    }
  }

  @Nested
  class Publish extends PublishChapter {
    Publish() {
      super(SERVERS::plain);
    }
  }

  @Nested
  class Subscribe extends SubscribeChapter {
    Subscribe() {
      super(SERVERS::plain);
    }
  }

  @Nested
  class Flow extends FlowChapter {
    Flow() {
      super(SERVERS::strict);
    }
  }

  @Nested
  class Auth extends AuthChapter {
    Auth() {
      super(SERVERS::strict);
    }
  }
}

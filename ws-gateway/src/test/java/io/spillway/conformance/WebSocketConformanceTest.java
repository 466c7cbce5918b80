package io.spillway.conformance;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

/** Every chapter over WebSocket. */
class WebSocketConformanceTest {
  private static final Servers SERVERS = new Servers(GatewayServer::webSocket);

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

package io.spillway.conformance;

import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/**
 * Every chapter over one transport; a subclass says over which. One instance per subclass, so its
 * chapters share servers.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ConformanceTest {
  private final Function<String, Server> start;
  private final Servers servers;

  /** {@code start} starts a server with settings (HOCON) beside the defaults. */
  protected ConformanceTest(Function<String, Server> start) {
    this.start = start;
    this.servers = new Servers(start);
  }

  @AfterAll
  void stop() {
    servers.close();
  }

  @Nested
  class Packets extends PacketsChapter {
    Packets() {
      super(servers::plain);
    }
  }

  @Nested
  class Connect extends ConnectChapter {
    Connect() {
      super(servers::plain);
    }
  }

  @Nested
  class Will extends WillChapter {
    Will() {
      super(servers::plain);
    }
  }

  @Nested
  class Publish extends PublishChapter {
    Publish() {
      super(servers::plain);
    }
  }

  @Nested
  class Subscribe extends SubscribeChapter {
    Subscribe() {
      super(servers::plain);
    }
  }

  @Nested
  class OldestVersion extends OldestVersionChapter {
    OldestVersion() {
      super(servers::strict);
    }
  }

  @Nested
  class Flow extends FlowChapter {
    Flow() {
      super(servers::strict);
    }
  }

  @Nested
  class Refusals extends RefusalsChapter {
    Refusals() {
      super(start);
    }
  }

  @Nested
  class Limits extends LimitsChapter {
    Limits() {
      super(start);
    }
  }

  @Nested
  class Auth extends AuthChapter {
    Auth() {
      super(servers::strict);
    }
  }
}

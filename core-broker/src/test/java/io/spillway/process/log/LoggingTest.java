package io.spillway.process.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.SLF4JServiceProvider;

class LoggingTest {
  @BeforeEach
  void nobodyReadsAlong() {
    Logging.tee(line -> {}).close();
  }

  @AfterEach
  void backToTheStart() {
    Logging.levels(Level.WARN, Map.of());
  }

  @Test
  void exactlyOneProviderIsOnTheClassPath() {
    List<SLF4JServiceProvider> providers = new ArrayList<>();
    ServiceLoader.load(SLF4JServiceProvider.class).forEach(providers::add);

    assertEquals(1, providers.size());
    assertTrue(LoggerFactory.getLogger("io.spillway.a") instanceof LineLogger);
  }

  @Test
  void levelsChangeAtRunTime() {
    Logger logger = LoggerFactory.getLogger("io.spillway.link.Link");

    assertFalse(logger.isInfoEnabled());
    Logging.levels(Level.DEBUG, Map.of());
    assertTrue(logger.isDebugEnabled());
    Logging.levels(Level.ERROR, Map.of());
    assertFalse(logger.isWarnEnabled());
    assertTrue(logger.isErrorEnabled());
  }

  @Test
  void theLongestNameDecides() {
    Logging.levels(Level.INFO, Map.of("io.spillway", Level.WARN, "io.spillway.link", Level.TRACE));

    assertTrue(LoggerFactory.getLogger("io.spillway.link.Link").isTraceEnabled());
    assertFalse(LoggerFactory.getLogger("io.spillway.linker.A").isInfoEnabled());
    assertFalse(LoggerFactory.getLogger("io.spillway.gateway.Gateway").isInfoEnabled());
  }

  @Test
  void librariesStayQuietUnlessAskedByName() {
    Logger library = LoggerFactory.getLogger("io.undertow.Undertow");

    Logging.levels(Level.DEBUG, Map.of());
    assertFalse(library.isInfoEnabled());
    assertTrue(library.isWarnEnabled());
    Logging.levels(Level.INFO, Map.of("io.undertow", Level.INFO));
    assertTrue(library.isInfoEnabled());
    Logging.levels(Level.ERROR, Map.of());
    assertFalse(library.isWarnEnabled());
  }

  @Test
  void aMachineWithoutHardwareAddressIsNoReasonToWarnUnlessAskedByName() {
    Logger logger = LoggerFactory.getLogger("io.netty.util.internal.MacAddressUtil");

    Logging.levels(Level.INFO, Map.of());
    assertFalse(logger.isWarnEnabled());
    Logging.levels(Level.INFO, Map.of("io.netty", Level.WARN));
    assertTrue(logger.isWarnEnabled());
  }

  @Test
  void aTestReadsAlong() {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    Logger logger = LoggerFactory.getLogger("io.spillway.Some");

    try (Logging.Tee tee = Logging.tee(lines::add)) {
      logger.info("Client {} disconnected.", "a\nb");
      logger.debug("not this");
    }
    logger.info("nor this");

    assertEquals(List.of("Client a\\u000ab disconnected."), lines);
  }
}

package io.spillway.broker.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.broker.auth.AccessRule.Kind;
import io.spillway.mqtt.TopicFilter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AclFileTest {
  @TempDir Path directory;

  @Test
  void topicsAboveTheFirstUserAreForAnonymousClients() throws Exception {
    AclFile acl = acl("topic read news/#", "user ann", "topic plants/#");

    assertTrue(acl.rulesFor(null, "c").allow("news/today", Kind.READ));
    assertFalse(acl.rulesFor(null, "c").allow("news/today", Kind.WRITE));
    assertFalse(acl.rulesFor("ann", "c").allow("news/today", Kind.READ));
    assertTrue(acl.rulesFor("ann", "c").allow("plants/rose", Kind.READ));
    assertTrue(acl.rulesFor("ann", "c").allow("plants/rose", Kind.WRITE));
    assertFalse(acl.rulesFor("bob", "c").allow("plants/rose", Kind.READ));
  }

  @Test
  void denialsAreAskedFirstWhereverTheyStand() throws Exception {
    AclFile acl = acl("user ann", "topic readwrite a/#", "topic deny a/secret/#");

    assertTrue(acl.rulesFor("ann", "c").allow("a/b", Kind.READ));
    assertFalse(acl.rulesFor("ann", "c").allow("a/secret", Kind.READ));
    assertFalse(acl.rulesFor("ann", "c").allow("a/secret/x", Kind.WRITE));
  }

  @Test
  void patternsTakeUserNameAndClientIdentifierAsWholeLevels() throws Exception {
    AclFile acl = acl("pattern write devices/%c/up", "pattern read users/%u/#");

    AccessRules rules = acl.rulesFor("ann", "meter7");

    assertTrue(rules.allow("devices/meter7/up", Kind.WRITE));
    assertFalse(rules.allow("devices/meter8/up", Kind.WRITE));
    assertFalse(rules.allow("devices/meter7/up", Kind.READ));
    assertTrue(rules.allow("users/ann/mail", Kind.READ));
    assertFalse(acl.rulesFor(null, "meter7").allow("users/ann/mail", Kind.READ));
    assertTrue(acl.rulesFor(null, "meter7").allow("devices/meter7/up", Kind.WRITE));
  }

  @Test
  void patternsTakeNamesAsPartsOfALevelToo() throws Exception {
    AccessRules rules =
        acl("pattern write dev-%c/%u-of-%c/#", "pattern read 100%/%d").rulesFor("ann", "m7");

    assertTrue(rules.allow("dev-m7/ann-of-m7/up", Kind.WRITE));
    assertFalse(rules.allow("dev-m8/ann-of-m7/up", Kind.WRITE));
    assertTrue(rules.allow("100%/%d", Kind.READ));
  }

  @Test
  void aNameThatLooksLikeAMarkIsntFilledInAgain() throws Exception {
    AccessRules rules = acl("pattern read users/%u/#").rulesFor("%c", "ann");

    assertTrue(rules.allow("users/%c/mail", Kind.READ));
    assertFalse(rules.allow("users/ann/mail", Kind.READ));
  }

  @Test
  void aSubscriptionIsRefusedWhereEverythingItCouldGetIsDenied() throws Exception {
    AclFile acl = acl("user ann", "topic read a/b/c", "topic deny a/b/#", "topic read x/#");
    AccessRules rules = acl.rulesFor("ann", "c");

    assertFalse(rules.allowSubscription(TopicFilter.parse("a/+/c")));
    assertTrue(rules.allowSubscription(TopicFilter.parse("+/+/c")));
  }

  @Test
  void namesWithWildcardsOrLevelsGainNothingFromPatterns() throws Exception {
    AclFile acl = acl("pattern readwrite users/%u/#");

    assertFalse(acl.rulesFor("+", "c").allow("users/ann/mail", Kind.READ));
    assertFalse(acl.rulesFor("#", "c").allow("users/ann/mail", Kind.READ));
    assertFalse(acl.rulesFor("ann/mail", "c").allow("users/ann/mail/x", Kind.READ));
  }

  @Test
  void wildcardsDontReachSystemTopics() throws Exception {
    AclFile acl = acl("user ann", "topic read #", "user bob", "topic read $SYS/#");

    assertFalse(acl.rulesFor("ann", "c").allow("$SYS/broker/uptime", Kind.READ));
    assertTrue(acl.rulesFor("bob", "c").allow("$SYS/broker/uptime", Kind.READ));
  }

  @Test
  void aSubscriptionIsAllowedWhenItCanMatchSomethingReadable() throws Exception {
    AclFile acl = acl("user ann", "topic read a/b/#", "topic write w/#", "topic deny a/b/x/#");
    AccessRules rules = acl.rulesFor("ann", "c");

    assertTrue(rules.allowSubscription(TopicFilter.parse("#")));
    assertTrue(rules.allowSubscription(TopicFilter.parse("a/+/c")));
    assertFalse(rules.allowSubscription(TopicFilter.parse("w/#")));
    assertFalse(rules.allowSubscription(TopicFilter.parse("a/b/x/+")));
    assertFalse(rules.allowSubscription(TopicFilter.parse("$SYS/#")));
    assertFalse(rules.allowSubscription(TopicFilter.parse("b/#")));
  }

  @Test
  void topicsMayHoldSpacesAndLinesMayBeIndented() throws Exception {
    AclFile acl = acl("# who", "  topic   read   living room/lamp one");

    assertTrue(acl.rulesFor(null, "c").allow("living room/lamp one", Kind.READ));
  }

  @Test
  void onlyLinesThatBearOnAFilterDecideWhoMayReceiveTheSameOfIt() throws Exception {
    AclFile acl =
        acl("user ann", "topic read news/#", "user bob", "topic news/+", "pattern read own/%c/#");
    TopicFilter news = TopicFilter.parse("news/today");

    AccessRules ann = acl.rulesFor("ann", "c1");
    AccessRules sameUser = acl.rulesFor("ann", "c2");
    AccessRules bob = acl.rulesFor("bob", "c3");

    assertEquals(ann.receiving(news), sameUser.receiving(news));
    assertNotEquals(ann.receiving(news), bob.receiving(news));
    TopicFilter all = TopicFilter.parse("#");
    assertNotEquals(ann.receiving(all), sameUser.receiving(all));
    assertEquals(ann.edition(), bob.edition());
  }

  @Test
  void mistakesNameTheLine() {
    assertMistake("acl:2: topik (expected: user, topic, pattern or a comment)", "# x", "topik a");
    assertMistake("acl:1: reads (expected: read, write", "topic reads a/b");
    assertMistake("acl:1: user (expected: something behind it)", "user");
    assertMistake("acl:1: ", "topic a/#/b");
  }

  private void assertMistake(String part, String... lines) {
    FileMistake mistake = assertThrows(FileMistake.class, () -> acl(lines));
    assertTrue(mistake.getMessage().contains(part), mistake.getMessage());
  }

  private AclFile acl(String... lines) throws Exception {
    return AclFile.read(
        Files.writeString(directory.resolve("acl"), String.join("\n", lines) + "\n"));
  }
}

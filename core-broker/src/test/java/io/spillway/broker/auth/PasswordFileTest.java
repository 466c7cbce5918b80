package io.spillway.broker.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PasswordFileTest {
  @TempDir Path directory;

  @Test
  void readsWhatMosquittoPasswdWrites() throws Exception {
    Tools.assumeInstalled("mosquitto_passwd");
    Path file = directory.resolve("passwd");
    Tools.run("mosquitto_passwd", "-c", "-b", file.toString(), "ann", "s3cret");
    Tools.run("mosquitto_passwd", "-b", file.toString(), "bob", "pässword");

    PasswordFile passwords = PasswordFile.read(file);

    assertEquals(2, passwords.size());
    assertTrue(passwords.accepts("ann", "s3cret".getBytes(UTF_8)));
    assertTrue(passwords.accepts("bob", "pässword".getBytes(UTF_8)));
    assertFalse(passwords.accepts("ann", "s3cret ".getBytes(UTF_8)));
    assertFalse(passwords.accepts("ann", new byte[0]));
    assertFalse(passwords.accepts("eve", "s3cret".getBytes(UTF_8)));
  }

  @Test
  void type6IsOneSaltedRoundOfSha512AndNotCrypt() throws Exception {
    byte[] salt = "twelve bytes".getBytes(UTF_8);
    MessageDigest digest = MessageDigest.getInstance("SHA-512");
    digest.update("old".getBytes(UTF_8));
    Base64.Encoder base64 = Base64.getEncoder();
    String hash = base64.encodeToString(digest.digest(salt));
    Path file = write("# users\n\nann:$6$" + base64.encodeToString(salt) + "$" + hash + "\n");

    PasswordFile passwords = PasswordFile.read(file);

    assertTrue(passwords.accepts("ann", "old".getBytes(UTF_8)));
    assertFalse(passwords.accepts("ann", "new".getBytes(UTF_8)));
  }

  @Test
  void aPlainPasswordIsRefusedWithItsLine() throws Exception {
    Path file = write("# users\nann:secret\n");

    FileMistake mistake = assertThrows(FileMistake.class, () -> PasswordFile.read(file));

    assertTrue(mistake.getMessage().contains("passwd:2: user ann: expected a hashed password"));
    assertFalse(mistake.getMessage().contains("secret"), "the password stays out of messages");
  }

  @Test
  void aHashOfAnotherTypeIsRefusedWithItsLine() throws Exception {
    Path file = write("ann:$9$a$b$c\n");

    FileMistake mistake = assertThrows(FileMistake.class, () -> PasswordFile.read(file));

    assertTrue(mistake.getMessage().contains("passwd:1: user ann: unknown hash type $9$"));
  }

  @Test
  void aUserMayAppearOnlyOnce() throws Exception {
    String hash = "$6$AAAA$" + Base64.getEncoder().encodeToString(new byte[64]);
    Path file = write("ann:" + hash + "\nann:" + hash + "\n");

    FileMistake mistake = assertThrows(FileMistake.class, () -> PasswordFile.read(file));

    assertTrue(mistake.getMessage().endsWith("passwd:2: user ann appears twice"));
  }

  private Path write(String text) throws Exception {
    return Files.writeString(directory.resolve("passwd"), text);
  }
}

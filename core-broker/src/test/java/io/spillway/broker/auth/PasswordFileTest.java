package io.spillway.broker.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.testing.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** Made by the reference implementation, the first with Mosquitto 2.1's parameters. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s3cret|$argon2id$v=19$m=47104,t=1,p=1$AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYn"
            + "KCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/QA$d26Aymta9dqYXR6K6rKhGLFoTE7GjT+3xHwgv3n8bDqm5cYKC"
            + "XwDhr41kQHPDyRTfZDocKS5WEKzd151Cj7rzA",
        "pässword|$argon2id$v=19$m=256,t=2,p=2$dHdlbHZlIGJ5dGVz$AFVL8x6bHA9zMRWlc7ZAaaGHtOzj6yYtqv"
            + "R+fdmR1kw",
        "password|$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb"
            + "2GRPPc"
      })
  void argon2idHashesOfTheReferenceAreRecognised(String password, String hash) throws Exception {
    PasswordFile passwords = PasswordFile.read(write("ann:" + hash + "\n"));

    assertTrue(passwords.accepts("ann", password.getBytes(UTF_8)));
    assertFalse(passwords.accepts("ann", (password + "x").getBytes(UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$argon2id$v=19$m=999999,t=1,p=1$AAAA$AAAAAAAA",
        "$argon2id$v=16$m=256,t=1,p=1$AAAA$AAAAAAAA",
        "$argon2id$v=19$m=256,t=0,p=1$AAAA$AAAAAAAA",
        "$argon2id$v=19$m=4,t=1,p=1$AAAA$AAAAAAAA",
        "$argon2id$v=19$m=256,t=1,p=1$AAAA"
      })
  void anArgon2idHashThatIsWrongOrTooCostlyIsRefusedWithItsLine(String hash) throws Exception {
    Path file = write("ann:" + hash + "\n");

    FileMistake mistake = assertThrows(FileMistake.class, () -> PasswordFile.read(file));

    assertTrue(mistake.getMessage().contains("passwd:1: user ann: "), mistake.getMessage());
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

  @Test
  void usersAreAddedChangedAndRemovedBesideWhatIsThere() throws Exception {
    Path file = write("# users\n");

    assertTrue(PasswordCommand.change(file, "ann", "one"));
    assertTrue(PasswordCommand.change(file, "bob", "two"));
    assertTrue(PasswordCommand.change(file, "ann", "three"));
    PasswordFile both = PasswordFile.read(file);
    assertTrue(both.accepts("ann", "three".getBytes(UTF_8)));
    assertFalse(both.accepts("ann", "one".getBytes(UTF_8)));
    assertTrue(both.accepts("bob", "two".getBytes(UTF_8)));

    assertTrue(PasswordCommand.change(file, "ann", null));
    assertFalse(PasswordCommand.change(file, "ann", null));
    assertEquals(1, PasswordFile.read(file).size());
    assertTrue(Files.readString(file).startsWith("# users\n"));
  }

  @Test
  void whoMayReadTheFileStaysTheSame() throws Exception {
    Path file = write("# users\n");
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    view.setPermissions(PosixFilePermissions.fromString("rw-r-----"));
    if (Files.getOwner(Path.of("/")).equals(Files.getOwner(file))) { // Root may give files away.
      var lookUp = file.getFileSystem().getUserPrincipalLookupService();
      view.setGroup(lookUp.lookupPrincipalByGroupName("daemon"));
      view.setOwner(lookUp.lookupPrincipalByName("daemon"));
    }
    PosixFileAttributes before = view.readAttributes();

    PasswordCommand.change(file, "ann", "one");

    PosixFileAttributes after = Files.readAttributes(file, PosixFileAttributes.class);
    assertEquals(before.owner(), after.owner());
    assertEquals(before.group(), after.group());
    assertEquals(before.permissions(), after.permissions());
  }

  private Path write(String text) throws Exception {
    return Files.writeString(directory.resolve("passwd"), text);
  }
}

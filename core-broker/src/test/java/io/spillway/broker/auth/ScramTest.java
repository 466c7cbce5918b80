package io.spillway.broker.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.mqtt.ReasonCode;
import io.spillway.testing.ScramClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SCRAM-SHA-256 as RFC 7677 has it, and the file of its users. */
class ScramTest {
  @TempDir Path directory;

  @Test
  void theExampleOfTheRfcIsReproduced() {
    byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    ScramCredential pencil = ScramCredential.of("pencil", salt, 4096);
    byte[] authMessage =
        ("n=user,r=rOprNGfwEbeRWgbNEkqO,"
                + "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
                + "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0")
            .getBytes(UTF_8);
    byte[] proof = Base64.getDecoder().decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");

    assertTrue(pencil.accepts(proof, authMessage));
    assertEquals(
        "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        Base64.getEncoder().encodeToString(pencil.serverSignature(authMessage)));
  }

  @Test
  void aLineOfTheFileIsReadAsItWasPrinted() throws Exception {
    Path file = Files.writeString(directory.resolve("scram"), ScramUser.line("anna", "secret"));
    EnhancedAuthentication methods = new EnhancedAuthentication(file);

    assertEquals(ReasonCode.SUCCESS, end(methods, new ScramClient("anna", "secret")));
    assertEquals(ReasonCode.NOT_AUTHORIZED, end(methods, new ScramClient("anna", "Secret")));
    assertEquals(ReasonCode.NOT_AUTHORIZED, end(methods, new ScramClient("otto", "secret")));
  }

  @Test
  void aMessageThatIsNoneIsRefused() throws Exception {
    Path file = Files.writeString(directory.resolve("scram"), ScramUser.line("anna", "secret"));
    for (String message : new String[] {"x", "p=tls,,n=a,r=b", "n,,n=,r=b", "n,,r=b", "n,,n=a"}) {
      AuthenticationStep step =
          new ScramExchange(ScramFile.read(file)).next(message.getBytes(UTF_8));

      assertEquals(ReasonCode.NOT_AUTHORIZED, step.reasonCode(), message);
    }
  }

  @Test
  void aMistakeInTheFileIsNamedWithItsLine() throws Exception {
    Path file = Files.writeString(directory.resolve("scram"), "# users\nanna:$7$abc\n");

    FileMistake mistake = assertThrows(FileMistake.class, () -> new EnhancedAuthentication(file));

    assertTrue(mistake.getMessage().contains("scram:2: user anna: expected"), mistake.getMessage());
  }

  private static ReasonCode end(EnhancedAuthentication methods, ScramClient client) {
    AuthenticationExchange exchange = methods.begin("SCRAM-SHA-256");
    AuthenticationStep first = exchange.next(client.first());
    assertEquals(ReasonCode.CONTINUE_AUTHENTICATION, first.reasonCode());
    AuthenticationStep last = exchange.next(client.last(first.data()));
    if (last.reasonCode() == ReasonCode.SUCCESS) {
      client.verify(last.data());
    }
    return last.reasonCode();
  }
}

package io.spillway.tls;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.process.log.Logging;
import io.spillway.testing.Certificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be wrong with a certificate that can be read. */
class PemFilesTest {
  @TempDir static Path directory;

  @ParameterizedTest
  @CsvSource({
    "expired, -3d, 2, the certificate has expired on",
    "future, +3d, 20, the certificate isn't valid before",
    "soon, -1d, 10, the certificate expires on",
  })
  void itsDatesAreSaidWithTheFile(String name, String from, int days, String words)
      throws Exception {
    Certificates made =
        Certificates.make(directory, name, "-startdate", from, "-validity", String.valueOf(days));

    String warning = PemFiles.warning(made.certificate());

    assertTrue(warning.startsWith(made.certificate() + ": " + words), warning);
  }

  @Test
  void aGoodOneGivesNoReasonToTalk() throws Exception {
    Certificates ec = Certificates.make(directory, "good");
    Certificates rsa = Certificates.make(directory, "rsa", "-keyalg", "RSA", "-keysize", "2048");

    assertNull(PemFiles.warning(ec.certificate()));
    for (Certificates each : List.of(ec, rsa)) {
      assertDoesNotThrow(() -> PemFiles.check(each.certificate(), each.privateKey(), null));
    }
    assertThrows(
        SSLException.class, () -> PemFiles.check(ec.certificate(), rsa.privateKey(), null));
  }

  @Test
  void aFileThatCantBeReadIsNamed() {
    Path nowhere = directory.resolve("nowhere");

    SSLException e = assertThrows(SSLException.class, () -> PemFiles.check(nowhere, nowhere, null));

    assertTrue(e.getMessage().startsWith(nowhere + " can't be read"), e.getMessage());
  }

  @Test
  void aDamagedCertificateIsNamed() throws Exception {
    Certificates good = Certificates.make(directory, "whole");
    String pem = Files.readString(good.certificate());
    Path damaged =
        Files.writeString(directory.resolve("damaged"), pem.replaceFirst("(\n.{10}).", "$1!"));

    SSLException e =
        assertThrows(SSLException.class, () -> PemFiles.check(damaged, good.privateKey(), null));

    assertTrue(e.getMessage().startsWith(damaged + " holds"), e.getMessage());
  }

  @Test
  void aWatchSaysAtOnceWhatIsWrong() throws Exception {
    Certificates expired =
        Certificates.make(directory, "gone", "-startdate", "-3d", "-validity", "2");
    List<String> log = new CopyOnWriteArrayList<>();
    try (AutoCloseable tee = Logging.tee(log::add);
        ExpiryWatch watch = ExpiryWatch.start(List.of(expired.certificate()))) {
      assertTrue(log.stream().anyMatch(line -> line.contains("has expired on")), log.toString());
      watch.look();
      assertTrue(tee != null);
    }
  }
}

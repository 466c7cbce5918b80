import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import java.nio.file.Path;

/** HiveMQ CE for scripts/bench, open to everybody. Its one argument is the directory it lives in. */
final class Server implements ExtensionMain {
  public static void main(String[] args) throws Exception {
    Path place = Path.of(args[0]);
    EmbeddedExtension everybody =
        EmbeddedExtension.builder()
            .withId("everybody")
            .withName("everybody")
            .withVersion("1")
            .withExtensionMain(new Server())
            .build();
    EmbeddedHiveMQ.builder()
        .withConfigurationFolder(place.resolve("conf"))
        .withDataFolder(place.resolve("data"))
        .withExtensionsFolder(place.resolve("extensions"))
        .withEmbeddedExtension(everybody)
        .build()
        .start()
        .join();
    Thread.currentThread().join();
  }

  @Override
  public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
    SimpleAuthenticator everybody = (who, answer) -> answer.authenticateSuccessfully();
    Services.securityRegistry().setAuthenticatorProvider(who -> everybody);
  }

  @Override
  public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}
}

package io.spillway.broker.auth;

import io.spillway.mqtt.ReasonCode;
import io.spillway.mqtt.TopicFilter;
import io.spillway.token.Token;
import io.spillway.token.TokenException;
import io.spillway.token.TokenVerifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says who may connect and what they may do. Any thread may ask; one per broker, closed with it.
 * Passwords are compared on the threads {@code auth-N}, with a bounded queue: when it is full the
 * client is told that the server is busy.
 */
public final class Authenticator implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Authenticator.class);

  private final AuthSettings settings;
  private final ThreadPoolExecutor hashing;

  /** Null where none are taken. */
  private final TokenVerifier tokens;

  /** Replaced as a whole by {@link #reload}. */
  private volatile Files files;

  /** Listeners for which the refusal of everybody was already said. */
  private final Set<String> refusingListeners = ConcurrentHashMap.newKeySet();

  /** Null where not configured. */
  private record Files(PasswordFile passwords, AclFile acl) {
    static Files read(AuthSettings settings) throws FileMistake, IOException {
      return new Files(
          settings.passwordFile() == null ? null : PasswordFile.read(settings.passwordFile()),
          settings.aclFile() == null ? null : AclFile.read(settings.aclFile()));
    }
  }

  /** What is wrong with the files, by the key relative to {@code broker.auth} that names each. */
  public static Map<String, String> check(AuthSettings settings) {
    Map<String, String> mistakes = new LinkedHashMap<>();
    try {
      if (settings.passwordFile() != null) {
        PasswordFile.read(settings.passwordFile());
      }
    } catch (FileMistake | IOException e) {
      mistakes.put("password-file", "a password file that can be read; " + e.getMessage());
    }
    try {
      if (settings.aclFile() != null) {
        AclFile.read(settings.aclFile());
      }
    } catch (FileMistake | IOException e) {
      mistakes.put("acl-file", "an access control file that can be read; " + e.getMessage());
    }
    try {
      new EnhancedAuthentication(settings.scramFile());
    } catch (FileMistake | IOException e) {
      mistakes.put("scram-file", "a file of SCRAM users that can be read; " + e.getMessage());
    }
    String tokens = settings.tokens() == null ? null : TokenVerifier.mistake(settings.tokens());
    if (tokens != null) {
      mistakes.put("jwt.keys-file", "a JWK Set that can be read; " + tokens);
    }
    return mistakes;
  }

  /** Reads the files, as {@link #reload} does. */
  public Authenticator(AuthSettings settings) throws FileMistake, IOException {
    this.settings = settings;
    this.files = Files.read(settings);
    this.tokens = settings.tokens() == null ? null : TokenVerifier.start(settings.tokens());
    int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    AtomicInteger number = new AtomicInteger();
    this.hashing =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(settings.waitingLoginsMax()),
            task -> {
              Thread thread = new Thread(task, "auth-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    hashing.allowCoreThreadTimeOut(true);
  }

  /** Reads the files again; where one has a mistake both stay as they were. */
  public void reload() throws FileMistake, IOException {
    files = Files.read(settings);
    if (tokens != null) {
      tokens.reload();
    }
  }

  /** Null where none are taken. */
  public TokenVerifier tokens() {
    return tokens;
  }

  /**
   * Whether a listener can let anybody in at all; a listener that cannot is named in the log, once.
   */
  public void announce(String listener, boolean boundToLoopback) {
    logRefusal(listener, settings.refusal(listener, boundToLoopback));
  }

  /** Answers exactly once, on {@code home}, at once where there is nothing to compute. */
  public void authenticate(Login login, Executor home, Consumer<LoginResult> answer) {
    Files now = files;
    if (login.verifiedIdentity() != null) {
      answer.accept(LoginResult.allowed(login.verifiedIdentity()));
      return;
    }
    String token = token(login);
    if (token == null && (now.passwords == null || login.userName() == null)) {
      answer.accept(withoutPassword(now, login));
      return;
    }
    boolean begun =
        compute(
            () -> {
              LoginResult result =
                  token == null ? withPassword(now.passwords, login) : withToken(token);
              home.execute(() -> answer.accept(result));
            });
    if (!begun) {
      answer.accept(LoginResult.refused(ReasonCode.SERVER_BUSY, busyWords()));
    }
  }

  /** Runs what takes long on one of the threads {@code auth-N}; false: too many wait for them. */
  public boolean compute(Runnable task) {
    try {
      hashing.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  /** What somebody is told who isn't even computed for. */
  public String busyWords() {
    return "over "
        + settings.waitingLoginsMax()
        + " log-ins are waiting (broker.limits.max-waiting-logins)";
  }

  /**
   * Whether somebody who was let in by a file of users still would be: the file has the same line
   * for it. Others are no file's: a token has its end, a certificate too.
   */
  public boolean isStillKnown(Identity identity, EnhancedAuthentication methods) {
    if (identity.entry() == null) {
      return true;
    }
    PasswordFile passwords = files.passwords;
    return passwords != null && identity.entry().equals(passwords.entry(identity.userName()))
        || methods.stillSays(identity);
  }

  /** The password where it is a token, else null. Whose it is it says itself. */
  private String token(Login login) {
    if (tokens == null || login.password() == null) {
      return null;
    }
    String text = new String(login.password(), StandardCharsets.US_ASCII);
    return TokenVerifier.isToken(text) ? text : null;
  }

  private LoginResult withToken(String text) {
    try {
      Token token = tokens.verify(text);
      return LoginResult.allowed(new Identity(token.user(), token.expiresAt(), token.rights()));
    } catch (TokenException e) {
      return LoginResult.refused(
          ReasonCode.BAD_USER_NAME_OR_PASSWORD, e.getMessage() + " (broker.auth.jwt)");
    }
  }

  private LoginResult withoutPassword(Files now, Login login) {
    if (settings.allowsAnonymous(login.local())) {
      // Without a password file there is nothing to check a name against, and it counts as given.
      return LoginResult.allowed(Identity.of(login.userName()));
    }
    logRefusal(login.listener(), settings.refusal(login.listener(), login.local()));
    return LoginResult.refused(
        login.userName() == null ? ReasonCode.NOT_AUTHORIZED : ReasonCode.BAD_USER_NAME_OR_PASSWORD,
        login.userName() == null
            ? "no user name (broker.auth.allow-anonymous: " + settings.policy() + ")"
            : "no passwords to check against (broker.auth.password-file)");
  }

  private static LoginResult withPassword(PasswordFile passwords, Login login) {
    if (login.password() != null && passwords.accepts(login.userName(), login.password())) {
      return LoginResult.allowed(Identity.of(login.userName(), passwords.entry(login.userName())));
    }
    return LoginResult.refused(
        ReasonCode.BAD_USER_NAME_OR_PASSWORD,
        "user " + login.userName() + " is unknown or the password is wrong");
  }

  /** Once; {@code refusal} is null where there is none. */
  private void logRefusal(String listener, String refusal) {
    if (refusal != null && refusingListeners.add(listener)) {
      log.warn("{}", refusal);
    }
  }

  /** What a client that was let in may do, now and after reloads. */
  public Access access(Identity identity, String clientId) {
    if (identity.rights() != null) {
      return AclFile.rulesFor(identity.rights(), identity.userName(), clientId);
    }
    return settings.aclFile() == null
        ? Access.ALL
        : new ReloadedAccess(identity.userName(), clientId);
  }

  /** Fills the rules in again when the file was read again. Any thread. */
  private final class ReloadedAccess implements Access {
    private final String userName;
    private final String clientId;
    private volatile Filled filled;

    private record Filled(AclFile from, AccessRules rules) {}

    ReloadedAccess(String userName, String clientId) {
      this.userName = userName;
      this.clientId = clientId;
    }

    private AccessRules rules() {
      AclFile acl = files.acl;
      Filled last = filled;
      if (last == null || last.from != acl) {
        last = new Filled(acl, acl.rulesFor(userName, clientId));
        filled = last;
      }
      return last.rules;
    }

    @Override
    public boolean mayPublish(String topicName) {
      return rules().mayPublish(topicName);
    }

    @Override
    public boolean mayReceive(String topicName) {
      return rules().mayReceive(topicName);
    }

    @Override
    public boolean maySubscribe(TopicFilter filter) {
      return rules().maySubscribe(filter);
    }

    @Override
    public Object edition() {
      return files.acl;
    }

    @Override
    public List<String> receiving(TopicFilter filter) {
      return rules().receiving(filter);
    }
  }

  @Override
  public void close() {
    hashing.shutdownNow();
    if (tokens != null) {
      tokens.close();
    }
  }
}

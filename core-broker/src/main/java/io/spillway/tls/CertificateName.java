package io.spillway.tls;

import io.spillway.process.Settings;
import java.security.cert.X509Certificate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/** What of a client's certificate is its user name, {@code certificate-identity}. */
public enum CertificateName {
  /** Nothing: a certificate is needed, and says nothing about who it is. */
  NONE,
  COMMON_NAME,
  /** The whole distinguished name as in RFC 2253. */
  SUBJECT;

  /** Reads {@code certificate-identity} of a listener. */
  public static CertificateName read(Settings listener) {
    CertificateName name = listener.choice("certificate-identity", CertificateName.class);
    if (name != NONE && !listener.has("client-ca")) {
      listener.mistake("certificate-identity", "none, as there is no client-ca");
    }
    return name;
  }

  /** Null where the certificate has no such name or it doesn't count. */
  public String of(X509Certificate certificate) {
    String subject = certificate.getSubjectX500Principal().getName();
    return switch (this) {
      case NONE -> null;
      case SUBJECT -> subject.isEmpty() ? null : subject;
      case COMMON_NAME -> commonName(subject);
    };
  }

  private static String commonName(String subject) {
    try {
      for (Rdn rdn : new LdapName(subject).getRdns()) {
        if (rdn.getType().equalsIgnoreCase("CN") && rdn.getValue() instanceof String name) {
          return name.isEmpty() ? null : name;
        }
      }
    } catch (InvalidNameException e) {
      // No name that could be read is none.
    }
    return null;
  }
}

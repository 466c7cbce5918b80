package io.spillway.gateway.http;

import io.spillway.tls.CertificateName;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Makes users of client certificates, as a listener is told to. */
record CertificateIdentity(CertificateName name) {

  /** Null where there is no certificate or its name doesn't count. */
  UpgradeFacts.Identity identity(SSLSession session) {
    if (session == null || name == CertificateName.NONE) {
      return null;
    }
    try {
      String user = name.of((X509Certificate) session.getPeerCertificates()[0]);
      return user == null
          ? null
          : new UpgradeFacts.Identity(user, "certificate", Long.MAX_VALUE, null);
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }
}

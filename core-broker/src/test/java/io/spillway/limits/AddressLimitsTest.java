package io.spillway.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.spillway.limits.AddressLimits.Refusal;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AddressLimitsTest {
  private final AtomicLong clock = new AtomicLong();
  private final AddressLimits limits =
      new AddressLimits(
          new AddressSettings(3, 1, 2, Duration.ofSeconds(60), Duration.ofMillis(100), false),
          clock::get);

  @Test
  void connectionsOfOneAddressAreCounted() throws Exception {
    InetAddress address = InetAddress.getByName("192.0.2.1");
    for (int i = 0; i < 3; i++) {
      assertNull(limits.begun(address));
    }

    assertEquals(Refusal.CONNECTIONS, limits.begun(address));
    assertNull(limits.begun(InetAddress.getByName("192.0.2.2")));

    limits.ended(address);
    assertNull(limits.begun(address));
  }

  @Test
  void attemptsOfOneAddressAreCountedOverTenSeconds() throws Exception {
    InetAddress address = InetAddress.getByName("192.0.2.1");
    for (int i = 0; i < 10; i++) {
      assertNull(limits.begun(address));
      limits.ended(address);
    }

    assertEquals(Refusal.CONNECT_RATE, limits.begun(address));
    clock.addAndGet(1_000_000_000L);
    assertNull(limits.begun(address));
  }

  @Test
  void anIpv6NetworkCountsAsOneAddress() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertNull(limits.begun(InetAddress.getByName("2001:db8::" + i)));
    }

    assertEquals(Refusal.CONNECTIONS, limits.begun(InetAddress.getByName("2001:db8::ffff:1")));
    assertNull(limits.begun(InetAddress.getByName("2001:db8:0:1::1")));
  }

  @Test
  void failedLogInsCostMoreAndMoreTimeAndThenLockOut() throws Exception {
    InetAddress address = InetAddress.getByName("192.0.2.1");

    assertEquals(Duration.ofMillis(100), limits.loginFailed(address));
    assertFalse(limits.isLockedOut(address));
    assertEquals(Duration.ofMillis(200), limits.loginFailed(address));
    assertTrue(limits.isLockedOut(address));
    for (int i = 0; i < 10; i++) {
      limits.loginFailed(address);
    }
    assertEquals(Duration.ofMillis(1600), limits.loginFailed(address));

    clock.addAndGet(Duration.ofSeconds(60).toNanos());
    assertFalse(limits.isLockedOut(address));
    assertEquals(Duration.ofMillis(100), limits.loginFailed(address));
  }

  @Test
  void loopbackIsLeftAloneUnlessAsked() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    for (int i = 0; i < 100; i++) {
      assertNull(limits.begun(loopback));
      assertEquals(Duration.ZERO, limits.loginFailed(loopback));
    }
    assertFalse(limits.isLockedOut(loopback));
  }

  @Test
  void addressesThatDoNothingAreForgotten() throws Exception {
    for (int i = 0; i < 1000; i++) {
      InetAddress address = InetAddress.getByName("10.0." + i / 250 + "." + i % 250);
      limits.begun(address);
      clock.addAndGet(Duration.ofSeconds(20).toNanos());
      limits.ended(address);
    }

    assertEquals(0, limits.size());
  }

  @Test
  void aMillionAddressesDontFillTheMemory() throws Exception {
    byte[] address = new byte[4];
    for (int i = 0; i < 1_000_000; i++) {
      address[0] = (byte) (1 + (i >> 16 & 0x3F));
      address[1] = (byte) (i >> 8);
      address[2] = (byte) i;
      // So many within the time for which a failure is remembered that none can be forgotten.
      assertEquals(Duration.ofMillis(100), limits.loginFailed(InetAddress.getByAddress(address)));
      clock.addAndGet(Duration.ofNanos(50_000).toNanos());
    }

    assertEquals(100_000, limits.size());
    clock.addAndGet(Duration.ofSeconds(60).toNanos());
    assertNull(limits.begun(InetAddress.getByName("192.0.2.1")));
    assertEquals(1, limits.size(), "all others are forgotten");
  }
}

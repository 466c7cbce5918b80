package io.spillway.process;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes signals over from the JVM, whose own answer to SIGTERM is to exit with 143. The JDK has no
 * public door for it; {@code sun.misc.Signal} is the supported one (JEP 260), reached by name
 * because the compiler warns about any other mention. The action runs on a thread of the JVM.
 */
final class Signals {
  private static final Logger log = LoggerFactory.getLogger(Signals.class);

  private Signals() {}

  static void on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                  return null;
                }
                return method.getName().equals("equals") ? (Object) (self == arguments[0]) : 0;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (InvocationTargetException e) {
      // The JVM keeps it (-Xrs), or the system has no such signal.
      log.debug("SIG{} keeps its default action: {}", name, String.valueOf(e.getCause()));
    } catch (ReflectiveOperationException e) {
      log.warn("SIG{} keeps its default action.", name, e);
    }
  }
}

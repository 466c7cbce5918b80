package io.spillway.testing;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * One page of the browser, used as a person does who may not see it: elements are found by role and
 * accessible name, clicks and keys go through the browser's input. Used by one thread.
 */
public final class BrowserPage implements AutoCloseable {
  private static final Object[] AUTO_ATTACH = {
    "autoAttach", true, "waitForDebuggerOnStart", false, "flatten", true
  };

  /** How long an element or a state may take to appear, unless a test says otherwise. */
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private final DevTools devTools;
  private final String sessionId;
  private final String contextId;
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  /** Written on the DevTools' thread; null until {@link #evaluateInWorker} has asked for it. */
  private volatile String workerSessionId;

  BrowserPage(DevTools devTools, String sessionId, String contextId) {
    this.devTools = devTools;
    this.sessionId = sessionId;
    this.contextId = contextId;
    devTools.listen(sessionId, this::take);
    for (String domain : List.of("Page", "Runtime", "Log", "DOM", "Network")) {
      send(domain + ".enable");
    }
    resize(1280, 800);
  }

  /** What the page itself got wrong: uncaught exceptions, violated policies, failed loads. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  public void navigate(String address) {
    send("Page.navigate", "url", address);
    Await.until(
        PATIENCE,
        () ->
            evaluate("document.readyState").getAsString().equals("complete")
                    && evaluate("location.href")
                        .getAsString()
                        .startsWith(address.replaceAll("#.*", ""))
                ? Optional.of(true)
                : Optional.empty(),
        () -> address + " did not load");
  }

  /** The one element of this role and name, as soon as there is exactly one. */
  public PageElement find(String role, String name) {
    return find(role, name::equals, name);
  }

  public PageElement find(String role, Pattern name) {
    return find(role, name.asPredicate(), name.pattern());
  }

  private PageElement find(String role, Predicate<String> name, String described) {
    return Await.until(
        PATIENCE,
        () -> {
          List<PageElement> found = all(role, name);
          return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
        },
        () ->
            all(role, name).size()
                + " elements with role "
                + role
                + " and name '"
                + described
                + "', expected one; names with that role: "
                + names(role));
  }

  /** All that have this role and name just now. */
  public List<PageElement> all(String role, String name) {
    return all(role, name::equals);
  }

  /** The accessible names of everything with this role. */
  public List<String> names(String role) {
    List<String> names = new ArrayList<>();
    for (JsonObject node : nodes(role)) {
      names.add(nameOf(node));
    }
    return names;
  }

  private List<PageElement> all(String role, Predicate<String> name) {
    List<PageElement> found = new ArrayList<>();
    for (JsonObject node : nodes(role)) {
      if (name.test(nameOf(node))) {
        found.add(new PageElement(this, node));
      }
    }
    return found;
  }

  private List<JsonObject> nodes(String role) {
    JsonObject document = object("document");
    JsonObject answer =
        send(
            "Accessibility.queryAXTree",
            "objectId",
            Json.text(document, "objectId"),
            "role",
            Roles.inChromium(role));
    List<JsonObject> nodes = new ArrayList<>();
    for (JsonElement element : answer.getAsJsonArray("nodes")) {
      JsonObject node = element.getAsJsonObject();
      if (!node.get("ignored").getAsBoolean()) {
        nodes.add(node);
      }
    }
    return nodes;
  }

  private static String nameOf(JsonObject node) {
    JsonObject name = node.getAsJsonObject("name");
    return name == null || !name.has("value") ? "" : Json.text(name, "value");
  }

  /** Waits until nothing of this role and name is there. */
  public void awaitGone(String role, String name) {
    Await.until(
        PATIENCE,
        () -> all(role, name).isEmpty() ? Optional.of(true) : Optional.empty(),
        () -> role + " '" + name + "' is still there");
  }

  /** Text into whatever has the focus, as an input method would put it. */
  public void type(String text) {
    send("Input.insertText", "text", text);
  }

  /** A key by its DOM name: {@code ArrowDown}, {@code Enter}, {@code a}, {@code *}. */
  public void press(String key) {
    JsonObject down =
        Json.object("type", "keyDown", "key", key, "windowsVirtualKeyCode", Keys.code(key));
    if (key.length() == 1) {
      down.addProperty("text", key);
    } else if (key.equals("Enter")) {
      down.addProperty("text", "\r");
    }
    devTools.send(sessionId, "Input.dispatchKeyEvent", down);
    send(
        "Input.dispatchKeyEvent",
        "type",
        "keyUp",
        "key",
        key,
        "windowsVirtualKeyCode",
        Keys.code(key));
  }

  /** The value of an expression in the page; promises are waited for. */
  public JsonElement evaluate(String expression) {
    JsonObject answer =
        send(
            "Runtime.evaluate",
            "expression",
            expression,
            "awaitPromise",
            true,
            "returnByValue",
            true);
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
    }
    JsonElement value = answer.getAsJsonObject("result").get("value");
    return value == null ? new JsonPrimitive("undefined") : value;
  }

  /** Waits until an expression has a value, and answers it as text. */
  public String await(String expression) {
    return Await.until(
        PATIENCE,
        () ->
            Optional.of(evaluate(expression))
                .filter(value -> !value.isJsonNull())
                .map(JsonElement::getAsString)
                .filter(text -> !text.equals("undefined")),
        () -> expression + " has no value");
  }

  /** The roles of whatever takes the focus and has no name for assistive technology. */
  public List<String> unnamedControls() {
    List<String> unnamed = new ArrayList<>();
    for (JsonElement element :
        send("Accessibility.getFullAXTree").getAsJsonArray("nodes").asList()) {
      JsonObject node = element.getAsJsonObject();
      if (!node.get("ignored").getAsBoolean() && isFocusable(node) && nameOf(node).isEmpty()) {
        unnamed.add(Json.text(node.getAsJsonObject("role"), "value"));
      }
    }
    return unnamed;
  }

  private static boolean isFocusable(JsonObject node) {
    return node.has("properties")
        && node.getAsJsonArray("properties").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .anyMatch(
                property ->
                    Json.text(property, "name").equals("focusable")
                        && property.getAsJsonObject("value").get("value").getAsBoolean());
  }

  /** Every certificate is taken, as by somebody who clicks the warning away. */
  public void trustEverybody() {
    send("Security.setIgnoreCertificateErrors", "ignore", true);
  }

  /** Runs an expression in the page's dedicated Worker, as soon as there is one. */
  public void evaluateInWorker(String expression) {
    devTools.send(worker(), "Runtime.evaluate", Json.object("expression", expression));
  }

  /** Of the page and of its Worker. */
  public void collectGarbage() {
    send("HeapProfiler.collectGarbage");
    devTools.send(worker(), "HeapProfiler.collectGarbage", Json.object());
  }

  private String worker() {
    return Await.until(
        PATIENCE,
        () -> {
          send("Target.setAutoAttach", AUTO_ATTACH);
          return Optional.ofNullable(workerSessionId);
        },
        () -> "the page has no Worker");
  }

  public void offline(boolean offline) {
    send(
        "Network.emulateNetworkConditions",
        "offline",
        offline,
        "latency",
        0,
        "downloadThroughput",
        -1,
        "uploadThroughput",
        -1);
  }

  public void resize(int width, int height) {
    send(
        "Emulation.setDeviceMetricsOverride",
        "width",
        width,
        "height",
        height,
        "deviceScaleFactor",
        1,
        "mobile",
        width < 600);
  }

  public void dark(boolean dark) {
    JsonObject feature =
        Json.object("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
    send("Emulation.setEmulatedMedia", "features", List.of(feature));
  }

  /** As a system does whose user asked for less motion. */
  public void reduceMotion() {
    JsonObject feature = Json.object("name", "prefers-reduced-motion", "value", "reduce");
    send("Emulation.setEmulatedMedia", "features", List.of(feature));
  }

  public void screenshot(Path file) {
    JsonObject picture = send("Page.captureScreenshot", "format", "png");
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, Base64.getDecoder().decode(Json.text(picture, "data")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    devTools.send(null, "Target.disposeBrowserContext", Json.object("browserContextId", contextId));
  }

  JsonObject send(String method, Object... parameters) {
    return devTools.send(sessionId, method, Json.object(parameters));
  }

  private JsonObject object(String expression) {
    return send("Runtime.evaluate", "expression", expression).getAsJsonObject("result");
  }

  private void take(String method, JsonObject event) {
    if (method.equals("Runtime.exceptionThrown")) {
      complaints.add("exception: " + event.get("exceptionDetails"));
    } else if (method.equals("Target.attachedToTarget")) {
      workerSessionId = Json.text(event, "sessionId");
    } else if (method.equals("Log.entryAdded")) {
      JsonObject entry = event.getAsJsonObject("entry");
      if (Json.text(entry, "level").equals("error")) {
        complaints.add(Json.text(entry, "source") + ": " + Json.text(entry, "text"));
      }
    }
  }
}

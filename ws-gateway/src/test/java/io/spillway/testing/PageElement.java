package io.spillway.testing;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** One element of a page, found by role and name. It may be recycled or go: find it again then. */
public final class PageElement {
  private final BrowserPage page;
  private final JsonObject accessible;
  private final String objectId;

  PageElement(BrowserPage page, JsonObject accessible) {
    this.page = page;
    this.accessible = accessible;
    JsonObject resolved =
        page.send(
            "DOM.resolveNode", "backendNodeId", accessible.get("backendDOMNodeId").getAsInt());
    this.objectId = Json.text(resolved.getAsJsonObject("object"), "objectId");
  }

  /** The accessible description as it was when the element was found. */
  public String description() {
    JsonObject description = accessible.getAsJsonObject("description");
    return description == null || !description.has("value") ? "" : Json.text(description, "value");
  }

  /** The text as it is shown. */
  public String text() {
    return call("function() { return this.innerText }").getAsString();
  }

  /** The text as it stands in the document, white space and all. */
  public String content() {
    return call("function() { return this.textContent }").getAsString();
  }

  /** The value of a field. */
  public String value() {
    return call("function() { return this.value }").getAsString();
  }

  /** An attribute, or null. */
  public String attribute(String name) {
    JsonElement value = call("function() { return this.getAttribute('" + name + "') }");
    return value.isJsonNull() ? null : value.getAsString();
  }

  public boolean isEnabled() {
    return !call("function() { return Boolean(this.disabled) }").getAsBoolean();
  }

  /** A real click, in the middle of what is shown, once it has stopped moving. */
  public void click() {
    call("function() { this.scrollIntoView({block: 'nearest', inline: 'nearest'}) }");
    AtomicReference<JsonArray> before = new AtomicReference<>();
    JsonArray quad =
        Await.until(
            BrowserPage.PATIENCE,
            () -> Optional.of(corners()).filter(now -> now.equals(before.getAndSet(now))),
            () -> "it never stands still: " + accessible);
    double x = (quad.get(0).getAsDouble() + quad.get(4).getAsDouble()) / 2;
    double y = (quad.get(1).getAsDouble() + quad.get(5).getAsDouble()) / 2;
    for (String type : List.of("mouseMoved", "mousePressed", "mouseReleased")) {
      int clicks = type.equals("mouseMoved") ? 0 : 1;
      page.send(
          "Input.dispatchMouseEvent",
          "type",
          type,
          "x",
          x,
          "y",
          y,
          "button",
          clicks == 0 ? "none" : "left",
          "clickCount",
          clicks);
    }
  }

  private JsonArray corners() {
    return page.send("DOM.getContentQuads", "objectId", objectId)
        .getAsJsonArray("quads")
        .get(0)
        .getAsJsonArray();
  }

  public void focus() {
    call("function() { this.focus() }");
  }

  /** Replaces what is in a field, as a person would who selects all and types. */
  public PageElement fill(String text) {
    call("function() { this.focus(); this.select() }");
    if (text.isEmpty()) {
      page.press("Delete");
    } else {
      page.type(text);
    }
    return this;
  }

  /** Chooses an option of a combobox by its label. */
  public void choose(String label) {
    JsonElement chosen =
        call(
            "function() { const option = [...this.options].find((o) => o.label === '"
                + label
                + "'); if (!option) return false; this.value = option.value;"
                + " this.dispatchEvent(new Event('input', {bubbles: true}));"
                + " this.dispatchEvent(new Event('change', {bubbles: true})); return true }");
    if (!chosen.getAsBoolean()) {
      throw new AssertionError("no option '" + label + "'");
    }
  }

  /** Waits until the shown text is as wanted; answers it. */
  public String awaitText(Predicate<String> wanted, String described) {
    return awaitText(wanted, described, BrowserPage.PATIENCE);
  }

  public String awaitText(Predicate<String> wanted, String described, Duration deadline) {
    return Await.until(
        deadline,
        () -> Optional.of(text()).filter(wanted),
        () -> "expected text: " + described + ", but it is: " + text());
  }

  public void awaitAttribute(String name, String wanted) {
    Await.until(
        BrowserPage.PATIENCE,
        () -> Optional.ofNullable(attribute(name)).filter(wanted::equals),
        () -> name + " is " + attribute(name) + ", expected " + wanted);
  }

  public void awaitEnabled(boolean enabled) {
    Await.until(
        BrowserPage.PATIENCE,
        () -> isEnabled() == enabled ? Optional.of(true) : Optional.empty(),
        () -> "enabled is " + !enabled + ", expected " + enabled);
  }

  private JsonElement call(String function) {
    JsonObject answer =
        page.send(
            "Runtime.callFunctionOn",
            "objectId",
            objectId,
            "functionDeclaration",
            function,
            "returnByValue",
            true);
    JsonElement value = answer.getAsJsonObject("result").get("value");
    return value == null ? new JsonPrimitive("undefined") : value;
  }
}

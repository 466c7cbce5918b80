package io.spillway.testing;

import com.google.gson.Gson;
import com.google.gson.JsonObject;

/** The little JSON that the protocol of the browser needs. */
final class Json {
  private static final Gson GSON = new Gson();

  private Json() {}

  /** An object of alternating names and values. */
  static JsonObject object(Object... namesAndValues) {
    JsonObject object = new JsonObject();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.add((String) namesAndValues[i], GSON.toJsonTree(namesAndValues[i + 1]));
    }
    return object;
  }

  static String text(JsonObject object, String name) {
    return object.get(name).getAsString();
  }
}

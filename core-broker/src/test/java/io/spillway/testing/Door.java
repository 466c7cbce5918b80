package io.spillway.testing;

/** The ways into a broker, which must not differ. */
public enum Door {
  TCP,
  LINK
}

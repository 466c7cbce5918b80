package io.spillway.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The normative statements that a test proves, without their prefix: {@code "3.1.2-24"}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Statement {
  /** Of MQTT 5.0. */
  String[] v5() default {};

  /** Of MQTT 3.1.1. */
  String[] v311() default {};

  /** Of MQTT 3.1, where we have numbered them. */
  String[] v31() default {};
}

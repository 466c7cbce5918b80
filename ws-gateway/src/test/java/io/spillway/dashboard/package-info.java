/**
 * The bundled page in a real Chromium, used by role and accessible name against a core and gateway
 * in this process; what the tests publish and receive beside it goes over MQTT on TCP. Knows
 * nothing of the page's insides. Each test has a page with storage of its own.
 */
package io.spillway.dashboard;

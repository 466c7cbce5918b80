/**
 * What keeps strangers from taking more than their share: limits per address, rates, the memory
 * guard, a budget for log lines, and a look at the files that may still be opened. The core and the
 * gateway use the same, so that a client meets the same limits whichever way it comes.
 *
 * <p>Knows neither MQTT nor any channel. Any thread may ask.
 */
package io.spillway.limits;

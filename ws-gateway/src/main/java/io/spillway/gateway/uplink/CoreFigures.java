package io.spillway.gateway.uplink;

import io.spillway.link.LinkStatistics;

/**
 * What the links to one core have counted, those that are gone included.
 *
 * @param core its host and port
 * @param links how many are up
 */
public record CoreFigures(String core, int links, LinkStatistics statistics) {}

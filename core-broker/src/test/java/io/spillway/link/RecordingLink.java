package io.spillway.link;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Remembers what happens to a link. */
final class RecordingLink implements LinkListener {
  PeerFacts peer;
  final List<RecordingStream> opened = new ArrayList<>();
  final List<OpenFacts> facts = new ArrayList<>();
  final List<EdgeStatistics> statistics = new ArrayList<>();
  BiFunction<LinkStream, OpenFacts, StreamListener> opener;
  String goAway;
  boolean drained;
  LinkCloseReason closeReason;
  String closeText;
  int batches;

  @Override
  public void ready(PeerFacts its) {
    if (peer != null) {
      throw new AssertionError("ready twice");
    }
    peer = its;
  }

  @Override
  public StreamListener opened(LinkStream stream, OpenFacts its) {
    facts.add(its);
    if (opener != null) {
      return opener.apply(stream, its);
    }
    RecordingStream listener = new RecordingStream();
    listener.stream = stream;
    opened.add(listener);
    return listener;
  }

  @Override
  public void goAway(LinkCloseReason reason, String text) {
    goAway = text;
  }

  @Override
  public void drained() {
    drained = true;
  }

  @Override
  public void closed(LinkCloseReason reason, String text) {
    if (closeReason != null) {
      throw new AssertionError("closed twice");
    }
    closeReason = reason;
    closeText = text;
  }

  @Override
  public void batchComplete() {
    batches++;
  }

  @Override
  public void statistics(EdgeStatistics its) {
    statistics.add(its);
  }
}

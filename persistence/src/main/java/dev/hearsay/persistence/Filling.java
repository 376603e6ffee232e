package dev.hearsay.persistence;

/** How full a batch of a query is. Not thread-safe. */
final class Filling {
  private final Query.Limits limits;
  private int events;
  private long bytes;

  Filling(Query.Limits limits) {
    this.limits = limits;
  }

  /** Counts an event; true if another fits. */
  boolean takes(EventRecord event) {
    events++;
    bytes += event.payload().bytes().length;
    return !isFull();
  }

  boolean isFull() {
    return events >= limits.events() || bytes >= limits.bytes();
  }
}

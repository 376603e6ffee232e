package dev.hearsay.mesh.space;

import dev.hearsay.crdt.SpaceState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What waits for the journal: one event is written while the next one gathers. */
final class EventQueue {
  /** A step, and what is staged once it is durable. */
  private record Waiting(Publication.Step step, JournaledState.@Nullable Staged staged) {}

  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private List<Publication.Step> writing = List.of();
  private JournaledState.@Nullable Staged stagedSoon;
  private JournaledState.@Nullable Staged stagedDurably;
  private long enqueued;
  private long written;

  /** This is staged, and durable. */
  void recovered(JournaledState.@Nullable Staged staged) {
    stagedDurably = staged;
    stagedSoon = staged;
  }

  void add(Publication.Step step, JournaledState.@Nullable Staged staged) {
    waiting.add(new Waiting(step, staged));
    enqueued++;
  }

  long enqueued() {
    return enqueued;
  }

  long written() {
    return written;
  }

  long writtenSoon() {
    return written + writing.size();
  }

  /** The next event; empty if nothing waits or one is still being written. */
  Optional<SpaceEvent> next(int bytesMax) {
    if (!writing.isEmpty() || waiting.isEmpty()) {
      return Optional.empty();
    }
    List<Publication.Step> steps = new ArrayList<>();
    List<SpaceEvent.Part> parts = new ArrayList<>();
    int bytes = 0;
    while (!waiting.isEmpty() && bytes < bytesMax) {
      Waiting next = waiting.removeFirst();
      Publication.Step step = next.step();
      stagedSoon = next.staged();
      steps.add(step);
      parts.add(step.part());
      bytes += step.part().sizeBytes();
    }
    writing = steps;
    return Optional.of(new SpaceEvent(parts));
  }

  SpaceState writingState(SpaceState durable) {
    return writing.isEmpty() ? durable : writing.get(writing.size() - 1).after();
  }

  JournaledState writingJournaled(SpaceState durable) {
    return new JournaledState(
        writingState(durable), writing.isEmpty() ? stagedDurably : stagedSoon);
  }

  /** The event being written is durable; gives what it was of. */
  List<Publication.Step> persisted() {
    if (writing.isEmpty()) {
      throw new IllegalStateException("nothing was being written");
    }
    List<Publication.Step> steps = writing;
    stagedDurably = stagedSoon;
    written += steps.size();
    writing = List.of();
    return steps;
  }
}

package dev.hearsay.persistence;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.DeleteMessagesFailure;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.JournalProtocol;
import org.apache.pekko.persistence.PersistentEnvelope;
import org.apache.pekko.persistence.PersistentRepr;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Speaks Pekko's journal protocol to the plugin, as an entity would. */
final class JournalClient {
  private final ActorSystem system;
  private final ActorRef plugin;
  private final String writerUuid = UUID.randomUUID().toString();

  JournalClient(ActorSystem system, ActorRef plugin) {
    this.system = system;
    this.plugin = plugin;
  }

  String writerUuid() {
    return writerUuid;
  }

  PersistentRepr event(String id, long sequenceNr, Object payload) {
    return PersistentRepr.apply(
        payload, sequenceNr, id, "", false, ActorRef.noSender(), writerUuid);
  }

  /** Sends writes without waiting; the probe gets the answers. */
  Probe send(AtomicWrite... writes) {
    Probe probe = new Probe(system);
    plugin.tell(
        new JournalProtocol.WriteMessages(seq(List.<PersistentEnvelope>of(writes)), probe.ref(), 1),
        probe.ref());
    return probe;
  }

  /** Writes events {@code from} to {@code to} with payloads {@code a-1}, {@code a-2}, … */
  void write(String id, long from, long to) {
    List<PersistentRepr> events =
        LongStream.rangeClosed(from, to).mapToObj(nr -> event(id, nr, "a-" + nr)).toList();
    events.forEach(
        event -> {
          Probe probe = send(AtomicWrite.apply(event));
          expectWritten(probe, 1);
        });
  }

  static void expectWritten(Probe probe, int events) {
    Object first = probe.next();
    if (!(first instanceof JournalProtocol.WriteMessagesSuccessful$)) {
      throw new AssertionError("not written: " + first);
    }
    for (int i = 0; i < events; i++) {
      probe.expect(JournalProtocol.WriteMessageSuccess.class);
    }
  }

  /** The failure that a write of one event meets. */
  static Throwable expectFailure(Probe probe) {
    probe.expect(JournalProtocol.WriteMessagesFailed.class);
    return probe.expect(JournalProtocol.WriteMessageFailure.class).cause();
  }

  static AtomicWrite atomic(PersistentRepr... events) {
    return AtomicWrite.apply(seq(List.of(events)));
  }

  Replay replay(String id) {
    return replay(id, 1, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  Replay replay(String id, long from, long to, long max) {
    Probe probe = new Probe(system);
    plugin.tell(
        new JournalProtocol.ReplayMessages(from, to, max, id, probe.ref()), ActorRef.noSender());
    List<PersistentRepr> events = new ArrayList<>();
    while (true) {
      Object message = probe.next();
      if (message instanceof JournalProtocol.ReplayedMessage replayed) {
        events.add(replayed.persistent());
      } else if (message instanceof JournalProtocol.RecoverySuccess success) {
        return new Replay(events, success.highestSequenceNr());
      } else if (message instanceof JournalProtocol.ReplayMessagesFailure failure) {
        throw new ReplayFailed(events, failure.cause());
      } else {
        throw new AssertionError("unexpected " + message);
      }
    }
  }

  /** False if there was too little space. */
  boolean tryDelete(String id, long to) {
    try {
      delete(id, to);
      return true;
    } catch (AssertionError e) {
      if (e.getCause() instanceof FreeSpaceException) {
        return false;
      }
      throw e;
    }
  }

  void delete(String id, long to) {
    Probe probe = new Probe(system);
    plugin.tell(new JournalProtocol.DeleteMessagesTo(id, to, probe.ref()), probe.ref());
    Object answer = probe.next();
    if (answer instanceof DeleteMessagesFailure failure) {
      throw new AssertionError("not deleted", failure.cause());
    }
    if (!(answer instanceof DeleteMessagesSuccess)) {
      throw new AssertionError("unexpected " + answer);
    }
  }

  private static <T> Seq<T> seq(List<? extends T> list) {
    return CollectionConverters.<T>asScala(new ArrayList<T>(list)).toList();
  }

  /** What a replay handed out. */
  record Replay(List<PersistentRepr> events, long highestSequenceNr) {
    List<Object> payloads() {
      return events.stream().map(PersistentRepr::payload).toList();
    }

    List<Long> sequenceNrs() {
      return events.stream().map(PersistentRepr::sequenceNr).toList();
    }
  }

  /** A replay that ended with a failure. */
  static final class ReplayFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient List<PersistentRepr> before;

    ReplayFailed(List<PersistentRepr> before, Throwable cause) {
      super(cause);
      this.before = before;
    }

    /** Events handed out before the failure. */
    int eventsBefore() {
      return before.size();
    }
  }
}

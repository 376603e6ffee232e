package dev.hearsay.persistence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.Tagged;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.Serialization$;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/** Between Pekko's objects and what is stored of them, by the serializers of the actor system. */
final class EventSerialization {
  private final ExtendedActorSystem system;
  private final Serialization serialization;

  EventSerialization(ExtendedActorSystem system) {
    this.system = system;
    this.serialization = SerializationExtension.get(system);
  }

  /** The event as it is stored; throws what the serializer throws. */
  EventRecord toRecord(PersistentRepr event) {
    Object payload = event.payload();
    List<String> tags = List.of();
    if (payload instanceof Tagged tagged) {
      payload = tagged.payload();
      tags = List.copyOf(CollectionConverters.asJava(tagged.tags()));
    }
    return new EventRecord(
        event.persistenceId(),
        event.sequenceNr(),
        event.manifest(),
        event.writerUuid(),
        event.timestamp(),
        tags,
        serialize(payload),
        event.metadata().isEmpty() ? null : serialize(event.metadata().get()));
  }

  /**
   * The event as it was persisted.
   *
   * @throws StorageException if its serializer does not read it
   */
  PersistentRepr read(EventRecord event) {
    try {
      return toPersistent(event);
    } catch (RuntimeException e) {
      throw new StorageException(
          "event "
              + event.sequenceNr()
              + " of entity \""
              + event.persistenceId()
              + "\" is stored well, but its serializer ("
              + event.payload().serializerId()
              + ", manifest \""
              + event.payload().manifest()
              + "\") does not read it: "
              + e,
          true,
          e);
    }
  }

  private PersistentRepr toPersistent(EventRecord event) {
    PersistentRepr persistent =
        PersistentRepr.apply(
                deserialize(event.payload()),
                event.sequenceNr(),
                event.persistenceId(),
                event.manifest(),
                false,
                ActorRef.noSender(),
                event.writerUuid())
            .withTimestamp(event.timestampMillis());
    SerializedValue metadata = event.metadata();
    return metadata == null ? persistent : persistent.withMetadata(deserialize(metadata));
  }

  SerializedValue serialize(@Nullable Object value) {
    if (value == null) {
      throw new IllegalArgumentException("null cannot be stored");
    }
    // Actor references in it are written with this system's address.
    return Serialization$.MODULE$.withTransportInformation(
        system,
        () -> {
          Serializer serializer = serialization.findSerializerFor(value);
          return new SerializedValue(
              serializer.identifier(),
              Serializers.manifestFor(serializer, value),
              serializer.toBinary(value));
        });
  }

  /** The serializer for a value. */
  Serializer serializer(Object value) {
    return serialization.findSerializerFor(value);
  }

  /** The serializer of that identifier; null if the actor system has none. */
  @Nullable Serializer serializer(int id) {
    scala.Option<Serializer> found = serialization.serializerByIdentity().get(id);
    return found.isEmpty() ? null : found.get();
  }

  /** Runs with what serializers need to write and read actor references. */
  <T> T withTransport(EntityLocks.Work<T> work) throws IOException {
    try {
      return Serialization$.MODULE$.withTransportInformation(
          system,
          () -> {
            try {
              return work.run();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  Object deserialize(SerializedValue value) {
    return serialization.deserialize(value.bytes(), value.serializerId(), value.manifest()).get();
  }
}

package dev.hearsay.sim.bench.types;

import com.typesafe.config.ConfigFactory;
import java.io.NotSerializableException;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.UniqueAddress;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** What Pekko's types need around them: nodes, and the serializer that puts them on the wire. */
final class Pekko {

  static final SelfUniqueAddress COMMON = node("common");
  static final SelfUniqueAddress HERE = node("here");
  static final SelfUniqueAddress THERE = node("there");
  static final SelfUniqueAddress ELSEWHERE = node("elsewhere");

  private Pekko() {}

  private static SelfUniqueAddress node(String host) {
    return new SelfUniqueAddress(
        new UniqueAddress(Address.apply("pekko", "bench", host, 7400), (long) host.hashCode()));
  }

  static byte[] encode(Object data) {
    return serializer(data).toBinary(data);
  }

  /** Reads what {@link #encode} made of something of the same class. */
  static Object decode(byte[] bytes, Object like) {
    SerializerWithStringManifest serializer = serializer(like);
    try {
      return serializer.fromBinary(bytes, serializer.manifest(like));
    } catch (NotSerializableException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SerializerWithStringManifest serializer(Object data) {
    return (SerializerWithStringManifest) Wire.SERIALIZATION.findSerializerFor(data);
  }

  /** Started only where bytes are made; ends with the JVM. */
  private static final class Wire {
    static final Serialization SERIALIZATION =
        SerializationExtension.get(
            ActorSystem.create(
                "bench",
                ConfigFactory.parseString(
                        "pekko { daemonic = on, loglevel = OFF, stdout-loglevel = OFF,"
                            + " jvm-shutdown-hooks = off, log-dead-letters = off }")
                    .withFallback(ConfigFactory.load())));
  }
}

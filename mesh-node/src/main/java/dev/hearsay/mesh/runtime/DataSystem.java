package dev.hearsay.mesh.runtime;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.NodeSettings;
import dev.hearsay.mesh.runtime.control.RemoteSettings;
import java.net.BindException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.pekko.actor.ActorSystem;

/** The actor system of a node that carries spaces, journal and gossip. */
final class DataSystem {
  /** The name of every node's; part of the address of its actors. */
  static final String NAME = "hearsay";

  private DataSystem() {}

  static Path journal(NodeSettings settings, Config overrides) {
    return overrides.hasPath("hearsay.journal.dir")
        ? Path.of(overrides.getString("hearsay.journal.dir"))
        : settings.dataDirectory().resolve("journal");
  }

  /**
   * Starts it.
   *
   * @throws HearsayException {@code ADDRESS_IN_USE}, {@code INVALID_ADDRESS}
   */
  static ActorSystem start(NodeSettings settings, Config overrides) {
    Config persistence =
        ConfigFactory.parseMap(
            Map.of(
                "pekko.persistence.journal.plugin",
                "hearsay.journal",
                "pekko.persistence.snapshot-store.plugin",
                "hearsay.snapshot-store",
                "hearsay.journal.dir",
                journal(settings, overrides).toString(),
                "hearsay.snapshot-store.dir",
                settings.dataDirectory().resolve("snapshots").toString(),
                "hearsay.snapshot-store.keep-newest",
                SpaceJournal.SNAPSHOTS_KEPT));
    ClassLoader loader = DataSystem.class.getClassLoader();
    Config mailbox =
        ConfigFactory.parseMap(
            Map.of(
                GossipMailbox.ID + ".mailbox-type",
                GossipMailbox.class.getName(),
                GossipMailbox.ID + "." + GossipMailbox.BYTES_MAX,
                LimitsConfig.mailboxBytes(overrides)));
    Config config =
        overrides
            .withFallback(persistence)
            .withFallback(mailbox)
            .withFallback(RemoteSettings.data(settings.announced(), settings.bound()))
            .withFallback(ConfigFactory.defaultReference(loader))
            .resolve();
    try {
      return ActorSystem.create(NAME, config, loader);
    } catch (RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof BindException) {
          boolean foreign = String.valueOf(cause.getMessage()).contains("assign");
          throw new HearsayException(
              foreign ? ErrorCode.INVALID_ADDRESS : ErrorCode.ADDRESS_IN_USE,
              "cannot listen on "
                  + settings.bound()
                  + (foreign ? ": it is no address of this machine" : ": another program does"),
              e);
        }
      }
      throw e;
    }
  }
}

package dev.hearsay.persistence;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Refuses settings that nobody reads: a misspelt one would be silently without effect. */
final class KnownSettings {
  /** A kind of plugin: where its own settings stand, and where Pekko keeps those of any such. */
  record Plugin(String reference, @Nullable String fallback) {}

  static final Plugin JOURNAL =
      new Plugin("hearsay.journal", "pekko.persistence.journal-plugin-fallback");
  static final Plugin SNAPSHOTS =
      new Plugin("hearsay.snapshot-store", "pekko.persistence.snapshot-store-plugin-fallback");

  static final Plugin QUERY = new Plugin("hearsay.journal.query", null);

  private static final String LEVELDB_SECTION = "leveldb";
  private static final Plugin LEVELDB = new Plugin("hearsay.journal.leveldb", null);

  /** Maps of the application's own classes, which Pekko reads if they are there. */
  private static final Set<String> OPEN = Set.of("event-adapters", "event-adapter-bindings");

  private static final Map<Plugin, Set<String>> OURS =
      Map.of(
          JOURNAL,
          Set.of(
              "dir",
              "free-space-min",
              "batch-bytes-max",
              "caller-writes-max",
              "remembered-entities",
              "durability",
              "sync-interval",
              "native",
              LEVELDB_SECTION,
              "query"),
          LEVELDB,
          Set.of("write-buffer", "cache"),
          QUERY,
          Set.of("class", "write-plugin", "batch-events-max", "batch-bytes-max"),
          SNAPSHOTS,
          Set.of("dir", "free-space-min", "copies", "keep-newest", "io-dispatcher"));

  private KnownSettings() {}

  /**
   * Checks the names in a plugin's own settings, but for those in sections that are Pekko's.
   *
   * @throws ConfigException if one is unknown; names it, where it stands, and those that are known
   */
  static void check(Config config, Plugin plugin, Config system) {
    Set<String> known = new HashSet<>(OURS.getOrDefault(plugin, Set.of()));
    String fallback = plugin.fallback();
    if (fallback != null) {
      known.addAll(OPEN);
      known.addAll(system.getObject(fallback).keySet());
    }
    for (String name : new TreeSet<>(config.root().keySet())) {
      if (!known.contains(name)) {
        throw new ConfigException.BadPath(
            config.root().get(name).origin(),
            name,
            "no such setting of a plugin like "
                + plugin.reference()
                + "; there are "
                + new TreeSet<>(known));
      }
    }
    if (plugin.equals(JOURNAL)) {
      check(config.getConfig(LEVELDB_SECTION), LEVELDB, system);
    }
  }
}

package dev.hearsay.persistence;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;

/** Whether LevelDB's native library is used; {@code reference.conf} explains it. */
enum NativeMode {
  /** If it loads; else LevelDB's port in Java, with a warning. */
  AUTO,
  /** Or the journal does not start. */
  REQUIRE,
  /** Never: the port in Java, with a warning. */
  OFF;

  /**
   * Reads it from the plugin's own configuration.
   *
   * @throws ConfigException if the setting is missing or not one of its values
   */
  static NativeMode of(Config config) {
    String name = config.getString("native");
    return switch (name) {
      case "auto" -> AUTO;
      case "require" -> REQUIRE;
      case "off" -> OFF;
      default ->
          throw new ConfigException.BadValue(
              config.origin(), "native", "\"" + name + "\" is not auto, require or off");
    };
  }
}

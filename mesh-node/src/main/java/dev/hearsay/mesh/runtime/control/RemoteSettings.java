package dev.hearsay.mesh.runtime.control;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValueFactory;
import dev.hearsay.mesh.HostPort;
import java.util.Map;
import java.util.Set;

/** The Pekko settings of a node's actor systems; what each is for stands in the resource. */
public final class RemoteSettings {
  private static final String RESOURCE = "hearsay-control.conf";

  /** Addresses that are bound but cannot be connected from. */
  private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "[::]");

  private RemoteSettings() {}

  /**
   * The settings of the data system; give it to {@code ActorSystem.create(name, config, loader)} as
   * is, without {@code ConfigFactory.load}, and put further settings on top with {@code
   * withFallback}.
   *
   * @param announce what peers connect to
   * @param bind what the system binds; the same unless there is a relay or a container between
   */
  public static Config data(HostPort announce, HostPort bind) {
    return address(announce, bind)
        .withFallback(section("data-system"))
        .withFallback(section("remoting"));
  }

  /** The settings of the control system. */
  static Config control(ControlSettings settings) {
    return address(settings.announce(), settings.bind())
        .withFallback(section("control-system"))
        .withFallback(section("remoting"));
  }

  private static Config address(HostPort announce, HostPort bind) {
    Config canonical =
        ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.canonical.hostname", announce.host(),
                "pekko.remote.artery.canonical.port", announce.port()));
    if (announce.equals(bind)) {
      return canonical;
    }
    Config bound =
        canonical
            .withValue(
                "pekko.remote.artery.bind.hostname", ConfigValueFactory.fromAnyRef(bind.host()))
            .withValue("pekko.remote.artery.bind.port", ConfigValueFactory.fromAnyRef(bind.port()));
    if (announce.host().equals(bind.host()) || WILDCARDS.contains(bind.host())) {
      return bound;
    }
    // Connections go out from the node's own address, so that whoever relays them can tell whose
    // they are.
    return bound.withValue(
        "pekko.remote.artery.advanced.tcp.outbound-client-hostname",
        ConfigValueFactory.fromAnyRef(bind.host()));
  }

  private static Config section(String name) {
    return ConfigFactory.parseResources(
            RemoteSettings.class.getClassLoader(),
            RESOURCE,
            ConfigParseOptions.defaults().setAllowMissing(false))
        .getConfig("hearsay." + name);
  }
}

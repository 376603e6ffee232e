package dev.hearsay.sim.bench.mesh;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The garbage collector of all processes that are measured, Hearsay's and others: one that leaves
 * the cores to them, where there are few. Whoever names another in the JVM's own variables gets
 * that.
 */
final class Collector {
  private static final String DEFAULT = "-XX:+UseParallelGC";
  private static final Pattern NAMED =
      Pattern.compile("-XX:\\+Use(Serial|Parallel|G1|Z|Shenandoah|Epsilon)GC\\b");

  /** The option. */
  static final String OPTION = in(System.getenv());

  private Collector() {}

  static String in(Map<String, String> environment) {
    for (String variable :
        new String[] {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"}) {
      Matcher named = NAMED.matcher(environment.getOrDefault(variable, ""));
      if (named.find()) {
        return named.group();
      }
    }
    return DEFAULT;
  }
}

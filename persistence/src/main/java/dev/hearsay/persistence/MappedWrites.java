package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets LevelDB JNI wait for room where it would end the process. It writes its logs and tables
 * through mapped memory, and a page for which the file system has no room is a SIGBUS, for which a
 * JVM ends itself. No guard can be ahead of a program that takes all the room at once.
 *
 * <p>The JDK's own {@code libjsig}, loaded before all else ({@code LD_PRELOAD}), makes the JVM hand
 * on the signals that it does not know as its own. Ignored there, the instruction that failed is
 * run again, until there is room: the thread waits, busily. What Java code maps is not concerned:
 * those signals the JVM keeps, and makes them errors. Without {@code libjsig}, to ignore SIGBUS
 * would take them from the JVM, so nothing is done then; nor on macOS, where the JVM needs SIGBUS
 * for more.
 */
final class MappedWrites {
  private static final Logger LOG = LoggerFactory.getLogger(MappedWrites.class);
  private static final String LIBRARY = "libjsig";

  private static boolean tried;
  private static boolean waits;

  private MappedWrites() {}

  /** Sees to it, once, that they wait for room if this process was started so; true if they do. */
  static synchronized boolean waitForRoom() {
    if (!tried) {
      tried = true;
      waits = isPreloaded() && ignoreBusErrors();
      if (!waits) {
        LOG.info(
            "A disk that another program fills all at once can end this process, because LevelDB"
                + " JNI maps its files; with LD_PRELOAD=$JAVA_HOME/lib/libjsig.so (Linux) it waits"
                + " for room");
      }
    }
    return waits;
  }

  private static boolean isPreloaded() {
    String preloaded = System.getenv("LD_PRELOAD");
    Path maps = Path.of("/proc/self/maps");
    if (preloaded == null || !preloaded.contains(LIBRARY) || !Files.isReadable(maps)) {
      return false;
    }
    try {
      // A name may be preloaded and not be there: the loader only warns of it.
      return Files.readString(maps, StandardCharsets.ISO_8859_1).contains(LIBRARY);
    } catch (IOException e) {
      LOG.warn("It cannot be told whether {} is loaded", LIBRARY, e);
      return false;
    }
  }

  /** By reflection: to compile against {@code sun.misc.Signal} is a warning that cannot be off. */
  private static boolean ignoreBusErrors() {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object bus = signal.getConstructor(String.class).newInstance("BUS");
      Object nobody = handler.getField("SIG_DFL").get(null);
      java.lang.reflect.Method handle = signal.getMethod("handle", signal, handler);
      Object before = handle.invoke(null, bus, handler.getField("SIG_IGN").get(null));
      if (before != nobody && before != handler.getField("SIG_IGN").get(null)) {
        handle.invoke(null, bus, before); // somebody has a use for it
        return false;
      }
      return true;
    } catch (ReflectiveOperationException e) {
      LOG.warn("SIGBUS cannot be ignored by this JVM", e);
      return false;
    }
  }
}

package dev.hearsay.persistence;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.fusesource.hawtjni.runtime.Library;
import org.fusesource.leveldbjni.internal.NativeDB;

/**
 * LevelDB's native library, unpacked beside the data: a temporary directory may be mounted noexec,
 * and a process that is killed would leave its copy there. Loaded once per class loader.
 */
final class NativeLibrary {
  static final String DIRECTORY = "native";
  private static final String PATH_PROPERTY = "library.leveldbjni.path";
  // A library file can be loaded by one class loader of a JVM: each gets a copy of its own.
  private static final String TABLE_PREFIX = "dev.hearsay.native.";

  private static boolean loaded;

  private NativeLibrary() {}

  /**
   * Loads the library from {@code directory}/native, where it is unpacked first.
   *
   * @throws UnusableDirectoryException if it cannot be loaded on this platform
   */
  static synchronized void load(Path directory) {
    if (loaded) {
      return;
    }
    String before = System.getProperty(PATH_PROPERTY);
    try {
      if (before == null) {
        System.setProperty(PATH_PROPERTY, unpack(directory).toString());
      }
      NativeDB.LIBRARY.load();
      loaded = true;
    } catch (IOException e) {
      throw new UnusableDirectoryException(
          directory, "cannot take LevelDB's native library: " + e, e);
    } catch (LinkageError e) {
      throw new UnusableDirectoryException(
          directory,
          "cannot be opened: LevelDB's native library does not load on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + " (it needs glibc on Linux; Alpine and other musl systems cannot run it): "
              + e,
          e);
    } finally {
      if (before == null) {
        System.clearProperty(PATH_PROPERTY);
      }
    }
  }

  private static Path unpack(Path directory) throws IOException {
    Path root = claim(directory.resolve(DIRECTORY).toAbsolutePath());
    String file = System.mapLibraryName("leveldbjni").replaceAll("\\.dylib$", ".jnilib");
    for (String platform : new Library("leveldbjni").getSpecificSearchDirs()) {
      String resource = "META-INF/native/" + platform + "/" + file;
      try (InputStream packed = NativeDB.class.getClassLoader().getResourceAsStream(resource)) {
        if (packed != null) {
          write(root.resolve(platform).resolve(file), packed.readAllBytes());
          return root;
        }
      }
    }
    throw new IOException("none is packed for " + Library.getPlatform());
  }

  private static Path claim(Path base) {
    int copy = 0;
    Path root = base;
    while (System.getProperties().putIfAbsent(TABLE_PREFIX + root, "") != null) {
      copy++;
      root = base.resolveSibling(DIRECTORY + "-" + copy);
    }
    return root;
  }

  private static void write(Path target, byte[] library) throws IOException {
    if (Files.exists(target) && Arrays.equals(Files.readAllBytes(target), library)) {
      return;
    }
    Files.createDirectories(target.getParent());
    Path beside = target.resolveSibling(target.getFileName() + ".new");
    Files.write(beside, library);
    Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}

package dev.hearsay.persistence;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.fusesource.hawtjni.runtime.Library;
import org.fusesource.leveldbjni.internal.NativeDB;
import org.jspecify.annotations.Nullable;

/**
 * LevelDB's native library, unpacked beside the data: a temporary directory may be mounted noexec,
 * and a process that is killed would leave its copy there. Loaded once per class loader.
 *
 * <p>Whoever loads it holds the lock of the directory, so only class loaders of this JVM can have
 * copies of it in use.
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
  static void load(Path directory) {
    // One lock for all class loaders of the JVM: they set one system property.
    synchronized (System.getProperties()) {
      if (loaded) {
        return;
      }
      if (isMusl(Path.of("/lib"))) {
        throw failure(
            directory, "needs glibc, and this system has musl (Alpine and its like)", null);
      }
      String before = System.getProperty(PATH_PROPERTY);
      Path root = claim(directory.resolve(DIRECTORY).toAbsolutePath());
      try {
        if (before == null) {
          unpack(directory.toAbsolutePath(), root);
          System.setProperty(PATH_PROPERTY, root.toString());
        }
        NativeDB.LIBRARY.load();
        loaded = true;
      } catch (IOException e) {
        throw failure(directory, "cannot be unpacked: " + e, e);
      } catch (LinkageError e) {
        throw failure(
            directory,
            "does not load (on Linux it needs glibc, and a data directory that is not mounted"
                + " noexec): "
                + e,
            e);
      } finally {
        if (before == null) {
          System.clearProperty(PATH_PROPERTY);
        }
        if (!loaded) {
          System.clearProperty(TABLE_PREFIX + root);
        }
      }
    }
  }

  /** True if the C library of this system is musl and glibc is not there beside it. */
  static boolean isMusl(Path lib) {
    return matches(lib, "ld-musl-*")
        && !matches(lib, "ld-linux*")
        && !matches(lib.resolveSibling("lib64"), "ld-linux*");
  }

  private static boolean matches(Path directory, String glob) {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
      return files.iterator().hasNext();
    } catch (IOException | DirectoryIteratorException e) {
      return false; // not to be told: then loading itself tells
    }
  }

  private static UnusableDirectoryException failure(
      Path directory, String what, @Nullable Throwable cause) {
    return new UnusableDirectoryException(
        directory,
        "cannot be opened by LevelDB JNI: its native library for "
            + System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
            + " "
            + what
            + "; hearsay.journal.native = off runs without it, slower",
        cause);
  }

  private static void unpack(Path directory, Path root) throws IOException {
    String file = System.mapLibraryName("leveldbjni").replaceAll("\\.dylib$", ".jnilib");
    for (String platform : new Library("leveldbjni").getSpecificSearchDirs()) {
      String resource = "META-INF/native/" + platform + "/" + file;
      try (InputStream packed = NativeDB.class.getClassLoader().getResourceAsStream(resource)) {
        if (packed != null) {
          Path target = root.resolve(platform).resolve(file);
          removeLitter(directory, root, target);
          write(target, packed.readAllBytes());
          return;
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

  /** Removes what earlier processes left: copies that are not claimed, and files but the target. */
  private static void removeLitter(Path directory, Path root, Path target) throws IOException {
    try (DirectoryStream<Path> copies =
        Files.newDirectoryStream(directory, DIRECTORY + "-[0-9]*")) {
      for (Path copy : copies) {
        if (!System.getProperties().containsKey(TABLE_PREFIX + copy)) {
          delete(copy, target);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    delete(root, target);
  }

  private static void delete(Path root, Path keep) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    List<Path> files;
    try (Stream<Path> walk = Files.walk(root)) {
      files = walk.sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path file : files) {
      if (!keep.startsWith(file)) {
        Files.delete(file);
      }
    }
  }

  private static void write(Path target, byte[] library) throws IOException {
    if (Files.exists(target) && Arrays.equals(Files.readAllBytes(target), library)) {
      return;
    }
    Files.createDirectories(target.getParent());
    Path beside = target.resolveSibling(target.getFileName() + ".new");
    try {
      Files.write(beside, library);
      Files.move(
          beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }
}

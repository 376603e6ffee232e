package dev.hearsay.persistence;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.fusesource.hawtjni.runtime.Library;
import org.fusesource.leveldbjni.internal.NativeDB;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where LevelDB's native library is taken from, and what happens where there is none. */
class NativeLibraryTest {
  @TempDir Path directory;

  /** The native library can be loaded once a file: each class loader needs a copy of its own. */
  @Test
  void journalsInTwoClassLoadersWorkSideBySide() throws Exception {
    Path data = directory.resolve("data");
    for (int i = 0; i < 3; i++) {
      assertEquals(i + 1, writeInAnotherClassLoader(data));
    }
    assertEquals(4, SideBySide.write(data));
  }

  private static Object writeInAnotherClassLoader(Path data) throws Exception {
    try (URLClassLoader other = anotherClassLoader()) {
      return writeIn(other, data);
    }
  }

  private static URLClassLoader anotherClassLoader() throws IOException {
    List<URL> path = new ArrayList<>();
    for (String entry :
        System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1)) {
      path.add(Path.of(entry).toUri().toURL());
    }
    return new URLClassLoader(path.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
  }

  private static Object writeIn(ClassLoader loader, Path data) throws Exception {
    Method write =
        loader.loadClass(SideBySide.class.getName()).getDeclaredMethod("write", Path.class);
    write.setAccessible(true);
    return write.invoke(null, data);
  }

  /** Adds an entry to a store and counts its entries; run in several class loaders. */
  static final class SideBySide {
    private SideBySide() {}

    static int write(Path data) throws IOException {
      Files.createDirectories(data);
      JournalSettings settings =
          new JournalSettings(data, 0, 1, 4, 100, 1 << 20, 1 << 20, Durability.ON_SYNC);
      int entries = 0;
      try (LogStore store = LevelDbLogStore.open(data, true, settings)) {
        LogBatch batch = new LogBatch();
        batch.put(Long.toString(System.nanoTime()).getBytes(US_ASCII), new byte[1]);
        store.write(batch, true);
        try (LogStore.Cursor cursor = store.cursor()) {
          LogStore.Entry entry = cursor.seek(new byte[0]);
          for (; entry != null; entry = cursor.next()) {
            entries++;
          }
        }
      }
      return entries;
    }
  }

  @Test
  void theNativeLibraryIsUnpackedBesideTheDataAndNowhereElse() throws Exception {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Path data = directory.resolve("data");
    try (ChildJvm child =
        ChildJvm.startIn(temporary, CrashTest.Writer.class, data.toString(), "1")) {
      assertTrue(child.readLine().startsWith("ack"));
      child.kill();
    }
    try (Stream<Path> files = Files.walk(temporary)) {
      assertFalse(files.anyMatch(file -> file.toString().contains("leveldbjni")));
    }
    try (Stream<Path> files = Files.walk(data.resolve("journal/native"))) {
      assertEquals(1, files.filter(Files::isRegularFile).count());
    }
  }

  @Test
  void whatEarlierStartsLeftIsRemoved() throws Exception {
    for (String litter :
        List.of(
            "native/linux64/libleveldbjni.so.new",
            "native/another-platform/libleveldbjni.so",
            "native-1/linux64/libleveldbjni.so",
            "native-22/x")) {
      Path file = directory.resolve(litter);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "litter");
    }
    try (ChildJvm child = ChildJvm.start(Start.class, directory.toString(), "require")) {
      assertEquals("opened", child.readLine());
    }
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> libraries =
          files.filter(file -> directory.relativize(file).startsWith("native")).toList();
      assertEquals(1, libraries.stream().filter(Files::isRegularFile).count(), libraries::toString);
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertFalse(files.anyMatch(file -> file.getFileName().toString().startsWith("native-")));
    }
  }

  @Test
  void classLoadersThatStartAtOnceDoNotMeet() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    // The JDK shares open jars between class loaders, and one that is closed closes them under the
    // others: so none is closed before all have started.
    List<URLClassLoader> loaders = new ArrayList<>();
    try {
      List<Callable<Object>> starts = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Path data = directory.resolve("data-" + i);
        URLClassLoader loader = anotherClassLoader();
        loaders.add(loader);
        starts.add(() -> writeIn(loader, data));
      }
      for (Future<Object> start : threads.invokeAll(starts)) {
        assertEquals(1, start.get());
      }
    } finally {
      threads.shutdown();
      for (URLClassLoader loader : loaders) {
        loader.close();
      }
    }
  }

  @Test
  void everyPromisedPlatformHasALibrary() {
    for (String library :
        new String[] {
          "linux64/libleveldbjni.so",
          "linux64/aarch64/libleveldbjni.so",
          "osx/libleveldbjni.jnilib",
          "osx64/aarch64/libleveldbjni.jnilib"
        }) {
      assertTrue(
          NativeDB.class.getClassLoader().getResource("META-INF/native/" + library) != null,
          library);
    }
    assertTrue(new Library("leveldbjni").getSpecificSearchDirs().length > 0);
  }

  @Test
  void whereTheLibraryDoesNotLoadThePortServesWithAWarningOrTheStartIsRefused() throws Exception {
    List<String> strange = List.of("-Dos.name=Plan9");
    try (ChildJvm child =
        ChildJvm.startWith(strange, CrashTest.Writer.class, directory.toString(), "1")) {
      String line = child.readLine();
      assertTrue(line.contains("RUNS ON LEVELDB'S PORT IN JAVA"), line);
      assertTrue(line.contains("Plan9"), line);
      assertTrue(child.readLine().startsWith("ack"));
      child.kill();
    }
    try (ChildJvm child =
        ChildJvm.startWith(
            strange, Start.class, directory.resolve("other").toString(), "require")) {
      String line = child.readLine();
      assertTrue(line.contains("refused"), line);
      assertTrue(line.contains("Plan9"), line);
      assertTrue(line.contains("hearsay.journal.native = off"), line);
    }
  }

  @Test
  void muslIsKnownByItsLoader() throws IOException {
    Path lib = Files.createDirectories(directory.resolve("root/lib"));
    assertFalse(NativeLibrary.isMusl(lib));
    Files.createFile(lib.resolve("ld-musl-x86_64.so.1"));
    assertTrue(NativeLibrary.isMusl(lib));
    Files.createDirectories(lib.resolveSibling("lib64"));
    Files.createFile(lib.resolveSibling("lib64").resolve("ld-linux-x86-64.so.2"));
    assertFalse(NativeLibrary.isMusl(lib));
  }

  /** Opens a store and says how that went. */
  static final class Start {
    private Start() {}

    public static void main(String[] args) throws IOException {
      NativeMode mode = NativeMode.valueOf(args[1].toUpperCase(java.util.Locale.ROOT));
      Path data = Files.createDirectories(Path.of(args[0]));
      JournalSettings settings =
          new JournalSettings(data, 0, 1, 4, 100, 1 << 20, 1 << 20, Durability.ON_SYNC, mode);
      try (LogStore store = LevelDbLogStore.open(data, true, settings)) {
        System.out.println(store == null ? "" : "opened");
      } catch (UnusableDirectoryException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }
  }
}

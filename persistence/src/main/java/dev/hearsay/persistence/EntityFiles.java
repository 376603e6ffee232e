package dev.hearsay.persistence;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of one entity, as they were when its directory was listed; see {@link SnapshotFormat}.
 *
 * @param snapshots newest first
 * @param packs those that are no snapshots any more, by number
 * @param copies by number
 * @param strangers names of files that are not of the store, which are left alone
 */
record EntityFiles(
    Path directory,
    List<SnapshotFileName> snapshots,
    NavigableMap<Long, Path> packs,
    NavigableMap<Long, Path> copies,
    List<String> strangers) {
  private static final Pattern NUMBERED = Pattern.compile("([1-9][0-9]{0,17})\\.(pack|copy)");

  /** Lists a directory; one that is not there has no files. */
  static EntityFiles list(Path directory) throws IOException {
    List<SnapshotFileName> snapshots = new ArrayList<>();
    NavigableMap<Long, Path> packs = new TreeMap<>();
    NavigableMap<Long, Path> copies = new TreeMap<>();
    List<String> strangers = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        Optional<SnapshotFileName> snapshot = SnapshotFileName.parse(name);
        Matcher numbered = NUMBERED.matcher(name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          strangers.add(name);
        } else if (snapshot.isPresent()) {
          snapshots.add(snapshot.get());
        } else if (numbered.matches()) {
          NavigableMap<Long, Path> of = numbered.group(2).equals("pack") ? packs : copies;
          of.put(Long.parseLong(numbered.group(1)), file);
        } else {
          strangers.add(name);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return new EntityFiles(directory, List.of(), packs, copies, List.of());
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    snapshots.sort(Collections.reverseOrder());
    Collections.sort(strangers);
    return new EntityFiles(directory, List.copyOf(snapshots), packs, copies, strangers);
  }

  Path file(SnapshotFileName name) {
    return directory.resolve(name.toString());
  }

  static Path pack(Path directory, long number) {
    return directory.resolve(number + ".pack");
  }

  static Path copy(Path directory, long number) {
    return directory.resolve(number + ".copy");
  }

  /** The files that hold what that number holds: the first, then its copy; either may be absent. */
  List<Path> candidates(long number) {
    List<Path> files = new ArrayList<>(2);
    snapshots.stream().filter(name -> name.number() == number).map(this::file).forEach(files::add);
    Path pack = packs.get(number);
    if (pack != null) {
      files.add(pack);
    }
    Path copy = copies.get(number);
    if (copy != null) {
      files.add(copy);
    }
    return files;
  }

  /** A number that no file here has. */
  long nextNumber() {
    long highest = 0;
    for (SnapshotFileName name : snapshots) {
      highest = Math.max(highest, name.number());
    }
    highest = packs.isEmpty() ? highest : Math.max(highest, packs.lastKey());
    return 1 + (copies.isEmpty() ? highest : Math.max(highest, copies.lastKey()));
  }

  /**
   * The manifest of a snapshot, from its copy if the file itself is damaged.
   *
   * @throws NoSuchFileException if it is not there
   * @throws MalformedSnapshotException if neither can be read
   */
  SnapshotManifest manifest(SnapshotFileName name) throws IOException {
    IOException first = null;
    for (Path file : candidates(name.number())) {
      try {
        SnapshotManifest manifest = SnapshotFormat.manifest(file);
        if (!manifest.name().equals(name)) {
          throw new MalformedSnapshotException("it is snapshot " + manifest.name());
        }
        return manifest;
      } catch (IOException e) {
        first = first == null ? e : first;
      }
    }
    throw first == null ? new NoSuchFileException(file(name).toString()) : first;
  }
}

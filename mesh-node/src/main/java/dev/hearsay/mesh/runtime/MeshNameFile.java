package dev.hearsay.mesh.runtime;

import dev.hearsay.mesh.ErrorCode;
import dev.hearsay.mesh.HearsayException;
import dev.hearsay.mesh.Names;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of which mesh the node is that a data directory belongs to: file {@code mesh.name}, two lines,
 * {@code hearsay-mesh 1} and the name. A directory of earlier builds has none.
 *
 * @param name of the mesh
 * @param isNew whether this start chose it
 */
record MeshNameFile(Path file, String name, boolean isNew) {
  static final String FILE_NAME = "mesh.name";

  private static final String FORMAT = "hearsay-mesh 1";

  private static final Logger LOG = LoggerFactory.getLogger(MeshNameFile.class);

  /**
   * Reads the name, or keeps the one that is asked for in a directory without one.
   *
   * @param wanted null for the one that the directory has, or the default
   * @throws HearsayException {@link ErrorCode#DATA_DIRECTORY_UNUSABLE} if the directory is of
   *     another mesh; nothing has changed then
   */
  static MeshNameFile take(Path directory, @Nullable String wanted) {
    Path file = directory.resolve(FILE_NAME);
    try {
      if (!Files.exists(file)) {
        String name = wanted == null ? Names.MESH_DEFAULT : wanted;
        SmallFile.replace(file, FORMAT + "\n" + name + "\n");
        return new MeshNameFile(file, name, /* isNew= */ true);
      }
      String known = read(file);
      if (wanted != null && !wanted.equals(known)) {
        throw unusable(directory, ofAnother(directory, file, known, wanted), null);
      }
      return new MeshNameFile(file, known, /* isNew= */ false);
    } catch (IOException e) {
      throw unusable(directory, "cannot read or write " + file + ": " + e, e);
    }
  }

  private static String ofAnother(Path directory, Path file, String known, String wanted) {
    return "it belongs to mesh '"
        + known
        + "', and the node is to be of mesh '"
        + wanted
        + "'. Start it as '"
        + known
        + "' or without the name of a mesh; or give it another data directory. To take all that is in "
        + directory
        + " over to mesh '"
        + wanted
        + "', delete "
        + file
        + " and start again";
  }

  private static String read(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
    if (lines.size() != 2 || !lines.get(0).equals(FORMAT)) {
      throw new IOException("it is not the name of a mesh of this version");
    }
    try {
      return Names.checkMesh(lines.get(1));
    } catch (HearsayException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** The start has failed: what it chose is not kept. */
  void undo() {
    if (isNew) {
      try {
        SmallFile.delete(file);
      } catch (IOException e) {
        LOG.warn("{} could not be removed after a start that failed: {}", file, e.toString());
      }
    }
  }

  private static HearsayException unusable(Path directory, String why, @Nullable Throwable cause) {
    return new HearsayException(
        ErrorCode.DATA_DIRECTORY_UNUSABLE,
        "data directory " + directory + " cannot be used: " + why,
        cause);
  }
}

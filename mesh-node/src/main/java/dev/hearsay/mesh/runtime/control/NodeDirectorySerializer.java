package dev.hearsay.mesh.runtime.control;

import java.io.NotSerializableException;
import java.util.Map;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Gives Pekko the bytes of {@link DirectoryCodec}. Registered in {@code hearsay-control.conf}. */
public final class NodeDirectorySerializer extends SerializerWithStringManifest {
  static final int IDENTIFIER = 7_400_001;
  private static final String DIRECTORY = "D";
  private static final String DELTA = "d";

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object object) {
    if (object instanceof NodeDirectory) {
      return DIRECTORY;
    }
    if (object instanceof NodeDirectoryDelta) {
      return DELTA;
    }
    throw new IllegalArgumentException("not of the node directory: " + object.getClass().getName());
  }

  @Override
  public byte[] toBinary(Object object) {
    if (object instanceof NodeDirectory directory) {
      return DirectoryCodec.encode(directory.rows());
    }
    if (object instanceof NodeDirectoryDelta delta) {
      return DirectoryCodec.encode(delta.rows());
    }
    throw new IllegalArgumentException("not of the node directory: " + object.getClass().getName());
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    try {
      Map<String, NodeRow> rows = DirectoryCodec.decode(bytes);
      return switch (manifest) {
        case DIRECTORY -> NodeDirectory.of(rows);
        case DELTA -> new NodeDirectoryDelta(rows);
        default -> throw new NotSerializableException("unknown manifest " + manifest);
      };
    } catch (MalformedFrameException e) {
      NotSerializableException refused =
          new NotSerializableException("malformed node directory: " + e.getMessage());
      refused.initCause(e);
      throw refused;
    }
  }
}

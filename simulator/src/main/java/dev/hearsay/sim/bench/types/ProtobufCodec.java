package dev.hearsay.sim.bench.types;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.hearsay.crdt.FieldType;
import dev.hearsay.sim.bench.types.PlainChange.Operation;
import dev.hearsay.sim.bench.types.PlainChange.PlainDot;
import dev.hearsay.sim.bench.types.PlainChange.PlainId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Protocol Buffers, with the calls that generated code makes for this schema: first a pass for the
 * sizes of all messages, then one that writes.
 *
 * <pre>
 * message Change    { fixed64 replica = 1; repeated Dot dependencies = 2; fixed64 time = 3; string author = 4;
 *                     fixed64 previous = 5; repeated Operation operations = 6; }
 * message Dot       { fixed64 replica = 1; uint64 counter = 2; }
 * message Operation { Dot dot = 1; Type type = 2; string field = 3; string key = 4; Value value = 5;
 *                     repeated Dot drops = 6; }
 * message Value     { oneof { string text = 1; sint64 integer = 2; double real = 3; bool truth = 4;
 *                     Map map = 5; } }
 * message Map       { map&lt;string, Value&gt; entries = 1; }
 * </pre>
 */
final class ProtobufCodec implements ChangeCodec {

  private final PlainChange original;

  ProtobufCodec(PlainChange original) {
    this.original = original;
  }

  @Override
  public Object original() {
    return original;
  }

  @Override
  public byte[] encode() {
    Sizes sizes = new Sizes();
    byte[] bytes = new byte[sizes.change(original)];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      new Writer(out, sizes).change(original);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }

  @Override
  public Object decode(byte[] bytes) {
    try {
      return new Reader(CodedInputStream.newInstance(bytes)).change();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The sizes of nested messages, in the order in which the writer comes by. */
  private static final class Sizes {
    private int[] sizes = new int[64];
    private int count;
    private int read;

    int next() {
      return sizes[read++];
    }

    private int reserve() {
      if (count == sizes.length) {
        sizes = java.util.Arrays.copyOf(sizes, count * 2);
      }
      return count++;
    }

    private int nested(int place, int size) {
      sizes[place] = size;
      return 1 + CodedOutputStream.computeUInt32SizeNoTag(size) + size;
    }

    int change(PlainChange change) {
      int size = CodedOutputStream.computeFixed64Size(1, change.replica().value());
      for (PlainDot dot : change.dependencies()) {
        size += dot(dot);
      }
      size +=
          CodedOutputStream.computeFixed64Size(3, change.time())
              + CodedOutputStream.computeStringSize(4, change.author())
              + CodedOutputStream.computeFixed64Size(5, change.previous().value());
      for (Operation operation : change.operations()) {
        size += operation(operation);
      }
      return size;
    }

    private int dot(PlainDot dot) {
      return nested(
          reserve(),
          CodedOutputStream.computeFixed64Size(1, dot.replica().value())
              + CodedOutputStream.computeUInt64Size(2, dot.counter()));
    }

    private int operation(Operation operation) {
      int place = reserve();
      int size =
          dot(operation.dot())
              + CodedOutputStream.computeEnumSize(2, operation.type().code())
              + CodedOutputStream.computeStringSize(3, operation.field());
      if (operation.key() != null) {
        size += CodedOutputStream.computeStringSize(4, operation.key());
      }
      if (operation.value() != null) {
        size += value(operation.value());
      }
      if (operation.drops() != null) {
        for (PlainDot dot : operation.drops()) {
          size += dot(dot);
        }
      }
      return nested(place, size);
    }

    private int value(Object value) {
      int place = reserve();
      int size = 0;
      if (value instanceof String text) {
        size = CodedOutputStream.computeStringSize(1, text);
      } else if (value instanceof Long integer) {
        size = CodedOutputStream.computeSInt64Size(2, integer);
      } else if (value instanceof Double real) {
        size = CodedOutputStream.computeDoubleSize(3, real);
      } else if (value instanceof Boolean truth) {
        size = CodedOutputStream.computeBoolSize(4, truth);
      } else {
        int map = reserve();
        int entries = 0;
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
          int entryPlace = reserve();
          entries +=
              nested(
                  entryPlace,
                  CodedOutputStream.computeStringSize(1, (String) entry.getKey())
                      + value(entry.getValue()));
        }
        size = nested(map, entries);
      }
      return nested(place, size);
    }
  }

  private record Writer(CodedOutputStream out, Sizes sizes) {

    private void open(int field) throws IOException {
      out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(sizes.next());
    }

    void change(PlainChange change) throws IOException {
      out.writeFixed64(1, change.replica().value());
      for (PlainDot dot : change.dependencies()) {
        dot(2, dot);
      }
      out.writeFixed64(3, change.time());
      out.writeString(4, change.author());
      out.writeFixed64(5, change.previous().value());
      for (Operation operation : change.operations()) {
        open(6);
        operation(operation);
      }
    }

    private void dot(int field, PlainDot dot) throws IOException {
      open(field);
      out.writeFixed64(1, dot.replica().value());
      out.writeUInt64(2, dot.counter());
    }

    private void operation(Operation operation) throws IOException {
      dot(1, operation.dot());
      out.writeEnum(2, operation.type().code());
      out.writeString(3, operation.field());
      if (operation.key() != null) {
        out.writeString(4, operation.key());
      }
      if (operation.value() != null) {
        value(5, operation.value());
      }
      if (operation.drops() != null) {
        for (PlainDot dot : operation.drops()) {
          dot(6, dot);
        }
      }
    }

    private void value(int field, Object value) throws IOException {
      open(field);
      if (value instanceof String text) {
        out.writeString(1, text);
      } else if (value instanceof Long integer) {
        out.writeSInt64(2, integer);
      } else if (value instanceof Double real) {
        out.writeDouble(3, real);
      } else if (value instanceof Boolean truth) {
        out.writeBool(4, truth);
      } else {
        open(5);
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
          open(1);
          out.writeString(1, (String) entry.getKey());
          value(2, entry.getValue());
        }
      }
    }
  }

  private record Reader(CodedInputStream in) {

    private interface FieldReader {
      void read(int field) throws IOException;
    }

    private void fields(FieldReader reader) throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        reader.read(WireFormat.getTagFieldNumber(tag));
      }
    }

    private void message(FieldReader reader) throws IOException {
      int limit = in.pushLimit(in.readRawVarint32());
      fields(reader);
      in.checkLastTagWas(0);
      in.popLimit(limit);
    }

    PlainChange change() throws IOException {
      ChangeBuilder change = new ChangeBuilder();
      fields(
          field -> {
            switch (field) {
              case 1 -> change.replica = in.readFixed64();
              case 2 -> change.dependencies.add(dot());
              case 3 -> change.time = in.readFixed64();
              case 4 -> change.author = in.readStringRequireUtf8();
              case 5 -> change.previous = in.readFixed64();
              case 6 -> change.operations.add(operation());
              default -> throw unknown(field);
            }
          });
      return new PlainChange(
          new PlainId(change.replica),
          change.dependencies,
          change.time,
          change.author,
          new PlainId(change.previous),
          change.operations);
    }

    private PlainDot dot() throws IOException {
      long[] parts = new long[2];
      message(
          field -> {
            switch (field) {
              case 1 -> parts[0] = in.readFixed64();
              case 2 -> parts[1] = in.readUInt64();
              default -> throw unknown(field);
            }
          });
      return new PlainDot(new PlainId(parts[0]), parts[1]);
    }

    private Operation operation() throws IOException {
      OperationBuilder operation = new OperationBuilder();
      message(
          field -> {
            switch (field) {
              case 1 -> operation.dot = dot();
              case 2 -> operation.type = FieldType.ofCode(in.readEnum());
              case 3 -> operation.field = in.readStringRequireUtf8();
              case 4 -> operation.key = in.readStringRequireUtf8();
              case 5 -> operation.value = value();
              case 6 -> {
                if (operation.drops == null) {
                  operation.drops = new ArrayList<>();
                }
                operation.drops.add(dot());
              }
              default -> throw unknown(field);
            }
          });
      return new Operation(
          operation.dot,
          operation.type,
          operation.field,
          operation.key,
          operation.value,
          operation.drops);
    }

    private Object value() throws IOException {
      Object[] value = {""};
      message(
          field ->
              value[0] =
                  switch (field) {
                    case 1 -> in.readStringRequireUtf8();
                    case 2 -> in.readSInt64();
                    case 3 -> in.readDouble();
                    case 4 -> in.readBool();
                    case 5 -> map();
                    default -> throw unknown(field);
                  });
      return value[0];
    }

    private Map<String, Object> map() throws IOException {
      Map<String, Object> map = new LinkedHashMap<>();
      message(
          field -> {
            Object[] entry = {"", ""};
            message(part -> entry[part - 1] = part == 1 ? in.readStringRequireUtf8() : value());
            map.put((String) entry[0], entry[1]);
          });
      return map;
    }

    private static IOException unknown(int field) {
      return new IOException("field " + field + " is not in the schema");
    }
  }

  private static final class ChangeBuilder {
    long replica;
    final List<PlainDot> dependencies = new ArrayList<>();
    long time;
    String author = "";
    long previous;
    final List<Operation> operations = new ArrayList<>();
  }

  private static final class OperationBuilder {
    PlainDot dot = new PlainDot(new PlainId(0), 0);
    FieldType type = FieldType.OR_SET;
    String field = "";
    @Nullable String key;
    @Nullable Object value;
    @Nullable List<PlainDot> drops;
  }
}

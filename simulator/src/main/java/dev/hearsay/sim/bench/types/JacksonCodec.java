package dev.hearsay.sim.bench.types;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** JSON, or CBOR, as Jackson writes records. */
final class JacksonCodec implements ChangeCodec {

  private final PlainChange original;
  private final ObjectWriter writer;
  private final ObjectReader reader;

  private JacksonCodec(PlainChange original, ObjectMapper mapper) {
    this.original = original;
    mapper.setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);
    this.writer = mapper.writerFor(PlainChange.class);
    this.reader =
        mapper.readerFor(PlainChange.class).with(DeserializationFeature.USE_LONG_FOR_INTS);
  }

  static JacksonCodec json(PlainChange original) {
    // JSON's numbers are not safe beyond 53 bits, so identifiers are text there.
    SimpleModule hexadecimal = new SimpleModule();
    hexadecimal.addSerializer(PlainChange.PlainId.class, new HexWriter());
    hexadecimal.addDeserializer(PlainChange.PlainId.class, new HexReader());
    return new JacksonCodec(original, new ObjectMapper().registerModule(hexadecimal));
  }

  static JacksonCodec cbor(PlainChange original) {
    return new JacksonCodec(original, new CBORMapper());
  }

  @Override
  public Object original() {
    return original;
  }

  @Override
  public byte[] encode() {
    try {
      return writer.writeValueAsBytes(original);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Object decode(byte[] bytes) {
    try {
      return reader.readValue(bytes, PlainChange.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class HexWriter extends StdSerializer<PlainChange.PlainId> {
    private static final long serialVersionUID = 1L;

    HexWriter() {
      super(PlainChange.PlainId.class);
    }

    @Override
    public void serialize(PlainChange.PlainId id, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(Long.toHexString(id.value()));
    }
  }

  private static final class HexReader extends StdDeserializer<PlainChange.PlainId> {
    private static final long serialVersionUID = 1L;

    HexReader() {
      super(PlainChange.PlainId.class);
    }

    @Override
    public PlainChange.PlainId deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      @Nullable String text = in.getValueAsString();
      return new PlainChange.PlainId(Long.parseUnsignedLong(text == null ? "" : text, 16));
    }
  }
}

package dev.hearsay.crdt.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** {@code docs/format.md} says enough to read what is on people's disks. */
class FormatPageTest {
  @Test
  void aChangeCanBeReadFromThePageAlone() {
    assertEquals(
        """
        change of a1 from 3 at 3+0 by bob after b5a5c84c21a647ed
        field findings of type 1
          'α' drop 01:1
          [1, null] put as 3
        field old of type 1 clears
        field count of type 2
          base of 01 put [3, 5] as 4
          base of a1 put [1, -300] as 5
          count of a1 put -299 as 6 drop a1:1
        field summary of type 3
          register put 18446744073709551616 as 7 drop a1:2
        field plan of type 4
          'step' put {done=true} as 8
        field messages of type 5
          entry 1+0 01:4 drop 01:4
          entry put 0x0102 as 9""",
        read(ChangeFormatTest.GOLDEN));
  }

  @Test
  void aDiffCanBeReadFromThePageAlone() {
    assertEquals(
        """
        base {01=4}
        head 01:4 past {} hash 286ad0a5ccc155b7
        head a1:9 past {01=4, a1=2} hash 9fde2c24d9b5f3b5
        latest 3+0
        field count of type 2
          count of a1 a1:6 at 3+0 by bob -299
          base of 01 a1:4 at 3+0 by bob [3, 5]
          base of a1 a1:5 at 3+0 by bob [1, -300]
        field findings of type 1
          [1, null] a1:3 at 3+0 by bob null
        field messages of type 5
          entry 3+0 a1:9 a1:9 at 3+0 by bob 0x0102
        field plan of type 4
          'step' a1:8 at 3+0 by bob {done=true}
        field summary of type 3
          register a1:7 at 3+0 by bob 18446744073709551616
        living 01 3-3""",
        read(DiffFormatTest.GOLDEN));
  }

  @Test
  void whatAChangeDependsOnCanBeReadFromThePageAlone() {
    byte[] bytes = new Sample().second.toByteArray();
    assertEquals(
        """
        change of a1 from 1 at 2+0 by bob after 0000000000000000
        advance 01:4
        field count of type 2
          count of a1 put -300 as 1
        field summary of type 3
          register put 0.5 as 2""",
        String.join("\n", new PageReader(bytes).read()));
  }

  private static String read(String hex) {
    return String.join("\n", new PageReader(HexFormat.of().parseHex(hex)).read());
  }
}

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
        head 01:4 hash 286ad0a5ccc155b7
        head a1:9 hash 9fde2c24d9b5f3b5 past {01=4, a1=2}
        latest 3+0
        living 01 [3]
        atom a1:3 in findings: [1, null] at 3+0 by bob
        atom a1:4 in count: base of 01 [3, 5] at 3+0 by bob
        atom a1:5 in count: base of a1 [1, -300] at 3+0 by bob
        atom a1:6 in count: count of a1 -299 at 3+0 by bob
        atom a1:7 in summary: register 18446744073709551616 at 3+0 by bob
        atom a1:8 in plan: 'step' {done=true} at 3+0 by bob
        atom a1:9 in messages: entry 0x0102 at 3+0 by bob""",
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

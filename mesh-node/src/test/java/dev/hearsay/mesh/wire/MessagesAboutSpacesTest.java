package dev.hearsay.mesh.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A message that names a space must be known as such, or it goes where the space may not be. */
class MessagesAboutSpacesTest {
  private static List<Class<?>> kinds(Class<?> message) {
    List<Class<?>> kinds = new ArrayList<>();
    for (Class<?> kind : message.getPermittedSubclasses()) {
      if (kind.isRecord()) {
        kinds.add(kind);
      } else {
        kinds.addAll(kinds(kind));
      }
    }
    return kinds;
  }

  private static boolean hasSpace(Class<?> record) {
    return record.isRecord()
        && Arrays.stream(record.getRecordComponents())
            .anyMatch(component -> component.getName().equals("space"));
  }

  private static boolean listsSpaces(RecordComponent component) {
    return component.getGenericType() instanceof ParameterizedType list
        && Arrays.stream(list.getActualTypeArguments())
            .anyMatch(
                type ->
                    type instanceof Class<?> element && (hasSpace(element) || hasRows(element)));
  }

  private static boolean hasRows(Class<?> element) {
    return element.isRecord()
        && Arrays.stream(element.getRecordComponents())
            .anyMatch(MessagesAboutSpacesTest::listsSpaces);
  }

  @Test
  void whateverNamesASpaceSaysSo() {
    for (Class<?> kind : kinds(Message.class)) {
      if (hasSpace(kind) && !Message.Remote.class.isAssignableFrom(kind)) {
        assertTrue(Message.About.class.isAssignableFrom(kind), kind::getSimpleName);
      }
    }
  }

  /** Rows are chosen for each peer: whoever adds a list sees to it that its rows are, too. */
  @Test
  void theListsOfSpacesAreTheOnesThatAreFiltered() {
    Set<String> lists = new TreeSet<>();
    for (Class<?> kind : kinds(Message.class)) {
      if (Arrays.stream(kind.getRecordComponents())
          .anyMatch(MessagesAboutSpacesTest::listsSpaces)) {
        lists.add(kind.getSimpleName());
      }
    }
    assertEquals(Set.of("BookTell", "BucketRows", "Frontiers", "Rows"), lists);
  }
}

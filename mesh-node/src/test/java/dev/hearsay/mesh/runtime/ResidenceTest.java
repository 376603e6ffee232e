package dev.hearsay.mesh.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.crdt.VersionVector;
import dev.hearsay.mesh.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** A space that comes and goes, with every step in the hand of the test. */
class ResidenceTest {
  private static final HostPort PEER = new HostPort("peer", 1);

  private final List<List<SpaceCommand>> inboxes = new ArrayList<>();
  private final Residence residence = new Residence(this::load);
  private int cleared;

  private Consumer<SpaceCommand> load() {
    List<SpaceCommand> inbox = new ArrayList<>();
    inboxes.add(inbox);
    return inbox::add;
  }

  private static SpaceCommand command(int number) {
    return new SpaceCommand.Serve(PEER, VersionVector.EMPTY, number);
  }

  private static List<Integer> numbers(List<SpaceCommand> inbox) {
    return inbox.stream()
        .filter(SpaceCommand.Serve.class::isInstance)
        .map(command -> ((SpaceCommand.Serve) command).bytesMax())
        .toList();
  }

  private boolean left() {
    return residence.left(() -> cleared++);
  }

  @Test
  void nothingIsLoadedBeforeItIsUsed() {
    assertTrue(residence.isAway());
    assertFalse(residence.askToLeave());
    assertEquals(List.of(), inboxes);
    residence.tell(command(1));
    assertTrue(residence.isHere());
    assertEquals(List.of(1), numbers(inboxes.get(0)));
  }

  @Test
  void whatOnlyMattersInMemoryBringsNothingThereAndKeepsNothingThere() {
    residence.tellIfHere(command(1));
    assertEquals(List.of(), inboxes);
    residence.tell(command(2));
    residence.tellIfHere(command(3));
    assertEquals(List.of(2, 3), numbers(inboxes.get(0)));
    assertTrue(residence.askToLeave());
    residence.tellIfHere(command(4));
    assertTrue(residence.mayLeave());
    assertTrue(left());
    assertEquals(1, inboxes.size());
    assertEquals(List.of(2, 3), numbers(inboxes.get(0)));
  }

  @Test
  void oneThatEndsItselfIsGoneForGoodThoughItWasAskedToLeave() {
    residence.tell(command(1));
    assertTrue(residence.askToLeave());
    residence.endsItself();
    residence.tell(command(2));
    assertFalse(left());
    residence.tell(command(3));
    assertEquals(1, inboxes.size(), "it is not loaded again");
  }

  @Test
  void aCommandBeforeTheLastMomentKeepsItHere() {
    residence.tell(command(1));
    assertTrue(residence.askToLeave());
    assertFalse(residence.askToLeave(), "asked once");
    residence.tell(command(2));
    residence.tell(command(3));
    assertEquals(List.of(1), numbers(inboxes.get(0)), "what comes now would be lost in the inbox");
    assertFalse(residence.mayLeave());
    assertEquals(List.of(1, 2, 3), numbers(inboxes.get(0)));
    assertEquals(1, inboxes.size());
    assertEquals(0, cleared);
  }

  @Test
  void aCommandAfterTheLastMomentBringsItBack() {
    residence.tell(command(1));
    residence.askToLeave();
    assertTrue(residence.mayLeave());
    residence.tell(command(2));
    assertTrue(left());
    assertEquals(1, cleared);
    assertEquals(2, inboxes.size());
    assertEquals(List.of(2), numbers(inboxes.get(1)));
    residence.tell(command(3));
    assertEquals(List.of(2, 3), numbers(inboxes.get(1)));
  }

  @Test
  void aReaderIsAsGoodAsACommand() {
    residence.want();
    assertEquals(1, inboxes.size());
    residence.askToLeave();
    residence.want();
    assertFalse(residence.mayLeave());
    residence.askToLeave();
    assertTrue(residence.mayLeave());
    residence.want();
    left();
    assertEquals(2, inboxes.size());
    assertTrue(residence.isHere());
  }

  @Test
  void oneThatNobodyWantsIsGoneUntilItIsUsed() {
    residence.want();
    residence.askToLeave();
    assertTrue(residence.mayLeave());
    assertTrue(left());
    assertTrue(residence.isAway());
    assertEquals(1, inboxes.size());
  }

  @Test
  void oneThatStopsByItselfStaysAway() {
    residence.want();
    assertFalse(left());
    assertEquals(0, cleared, "readers go on with what they have");
    residence.tell(command(1));
    assertFalse(residence.want());
    assertEquals(1, inboxes.size());
  }

  @Test
  void afterTheEndNothingIsLoaded() {
    assertFalse(residence.end(), "there is nobody to wait for");
    residence.tell(command(1));
    assertFalse(residence.want());
    assertEquals(List.of(), inboxes);
  }

  @Test
  void theEndReachesAnActorThatIsLeaving() {
    residence.want();
    residence.askToLeave();
    residence.tell(command(1));
    assertTrue(residence.end());
    assertTrue(inboxes.get(0).contains(new SpaceCommand.Close()));
    assertFalse(left());
    assertEquals(1, inboxes.size());
  }

  /** In whatever order things happen, each command comes to some inbox, once and in order. */
  @Property
  void noCommandIsLostOrOvertaken(
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 5) Integer> steps) {
    List<List<SpaceCommand>> all = new ArrayList<>();
    Residence tested =
        new Residence(
            () -> {
              List<SpaceCommand> inbox = new ArrayList<>();
              all.add(inbox);
              return inbox::add;
            });
    int sent = 0;
    boolean leaving = false;
    for (int step : steps) {
      switch (step) {
        case 0, 1, 2 -> tested.tell(command(sent++));
        case 3 -> leaving |= tested.askToLeave();
        case 4 -> {
          if (leaving) {
            leaving = tested.mayLeave();
          }
        }
        default -> {
          if (leaving && tested.mayLeave()) {
            if (sent % 2 == 0) {
              tested.tell(command(sent++));
            }
            tested.left(() -> {});
          }
          leaving = false;
          if (!tested.isHere() && !tested.isAway()) {
            leaving = true;
          }
        }
      }
    }
    if (leaving && tested.mayLeave()) {
      tested.left(() -> {});
    }
    List<Integer> got = new ArrayList<>();
    all.forEach(inbox -> got.addAll(numbers(inbox)));
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < sent; i++) {
      expected.add(i);
    }
    assertEquals(expected, got);
  }
}

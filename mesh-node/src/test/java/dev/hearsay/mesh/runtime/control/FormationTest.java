package dev.hearsay.mesh.runtime.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hearsay.mesh.HostPort;
import dev.hearsay.mesh.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Node b of three, its peers a and c played by the test, in virtual milliseconds. */
class FormationTest {
  private static final HostPort A = new HostPort("127.0.0.1", 7401);
  private static final HostPort B = new HostPort("127.0.0.2", 7401);
  private static final HostPort C = new HostPort("127.0.0.3", 7401);
  private static final ControlAddress CONTROL_A = control(A, 1);
  private static final ControlAddress CONTROL_B = control(B, 2);
  private static final ControlAddress CONTROL_C = control(C, 3);
  private static final long DAY = 86_400_000;
  private static final long HALF_HOUR = 1_800_000;

  private final Formation b =
      new Formation(
          new NodeIdentity("id-b", "b", 22, B, Set.of(), "1", Names.MESH_DEFAULT),
          1_000,
          new Patience(7 * DAY, HALF_HOUR, 7 * DAY));
  private long now = 10_000;
  private long sequence;

  @Test
  void aNodeWithoutPeersBeginsAtOnce() {
    assertEquals(List.of(new Effect.JoinSelf()), b.onControl(now, CONTROL_B));
  }

  @Test
  void theLowestBeginsWhenAllHaveAnswered() {
    startKnowing(C);
    assertEquals(List.of(new Effect.JoinSelf()), decisions(b.onHello(now, seeking(C, CONTROL_C))));
  }

  @Test
  void theLowestBeginsAfterAWhileIfOthersAreSilent() {
    startKnowing(A, C);
    b.onHello(now, seeking(C, CONTROL_C));
    now += Formation.GATHER_MILLIS - 1;
    assertEquals(List.of(), decisions(b.onTick(now)));
    now += 1;
    assertEquals(List.of(new Effect.JoinSelf()), decisions(b.onTick(now)));
  }

  @Test
  void aHigherOneWaitsForTheLowestAndJoinsIt() {
    startKnowing(A, C);
    b.onHello(now, seeking(A, CONTROL_A));
    now += Formation.GATHER_MILLIS;
    b.onHello(now, seeking(A, CONTROL_A));
    assertEquals(List.of(), decisions(b.onTick(now)));
    assertEquals(
        List.of(new Effect.Join(List.of(CONTROL_A))),
        decisions(b.onHello(now, member(A, CONTROL_A, CONTROL_A))));
  }

  @Test
  void aHigherOneDoesNotWaitForEver() {
    startKnowing(A);
    for (long end = now + Formation.PATIENCE_MILLIS; now < end; now += 100) {
      assertEquals(List.of(), decisions(b.onHello(now, seeking(A, CONTROL_A))));
    }
    assertEquals(List.of(new Effect.JoinSelf()), decisions(b.onTick(now)));
  }

  @Test
  void aPeerThatDoesNotHearThisNodeIsNotWaitedForNorJoined() {
    startKnowing(A);
    now += Formation.GATHER_MILLIS;
    Hello deaf = hello(A, CONTROL_A, false, CONTROL_A);
    assertEquals(List.of(new Effect.JoinSelf()), decisions(b.onHello(now, deaf)));
  }

  @Test
  void theLargestClusterIsJoined() {
    b.know(now, List.of(A, C), true);
    b.onHello(now, member(A, CONTROL_A, CONTROL_A));
    b.onHello(now, member(C, CONTROL_C, CONTROL_C, control(C, 33)));
    assertEquals(
        List.of(new Effect.Join(List.of(CONTROL_C))), decisions(b.onControl(now, CONTROL_B)));
  }

  @Test
  void theSmallerClusterGivesWayAfterAMoment() {
    startAlone();
    b.onHello(now, member(C, CONTROL_C, CONTROL_C, control(C, 33)));
    assertEquals(List.of(), decisions(b.onTick(now)));
    now += Formation.OUTRANKED_MILLIS;
    List<Effect> effects = decisions(b.onTick(now));
    assertEquals(1, effects.size());
    assertTrue(effects.get(0) instanceof Effect.Replace);
    now += 200;
    ControlAddress next = control(B, 4);
    assertEquals(
        List.of(new Effect.Join(List.of(CONTROL_C))),
        decisions(b.onControl(now, next)),
        "and joins the larger at once");
  }

  @Test
  void ofEqualClustersTheOneWithTheHigherFirstAddressGivesWay() {
    startAlone();
    b.onHello(now, member(C, CONTROL_C, CONTROL_C));
    now += Formation.OUTRANKED_MILLIS;
    assertEquals(List.of(), decisions(b.onTick(now)), "c has to give way");
    b.onHello(now, member(A, CONTROL_A, CONTROL_A));
    now += Formation.OUTRANKED_MILLIS;
    assertTrue(decisions(b.onTick(now)).get(0) instanceof Effect.Replace, "b has to give way");
  }

  @Test
  void unreachableMembersDoNotCount() {
    startAlone();
    TreeMap<ControlAddress, Boolean> members = new TreeMap<>();
    members.put(CONTROL_C, true);
    members.put(control(C, 33), false);
    b.onHello(now, hello(C, CONTROL_C, true, members));
    now += Formation.OUTRANKED_MILLIS;
    assertEquals(List.of(), decisions(b.onTick(now)));
  }

  @Test
  void aViewOfTheSameClusterIsNoOtherCluster() {
    startAlone();
    b.onHello(now, member(C, CONTROL_C, CONTROL_B, CONTROL_C, control(A, 9)));
    now += Formation.OUTRANKED_MILLIS;
    assertEquals(List.of(), decisions(b.onTick(now)));
  }

  @Test
  void aMemberThatTheOthersHaveRemovedComesBack() {
    startAlone();
    see(CONTROL_B, CONTROL_C, CONTROL_A);
    boolean replaced = false;
    for (long end = now + 11_000; now < end && !replaced; now += 500) {
      Hello without = member(C, CONTROL_C, CONTROL_C, CONTROL_A, control(A, 9), control(A, 10));
      replaced = b.onHello(now, without).stream().anyMatch(Effect.Replace.class::isInstance);
    }
    assertTrue(replaced);
  }

  @Test
  void aControlSystemIsNeverToldToJoinTwoClusters() {
    startKnowing(A, C);
    b.onHello(now, member(C, CONTROL_C, CONTROL_C));
    for (int i = 0; i < 60; i++) {
      now += 100;
      for (Effect effect : decisions(b.onHello(now, member(A, CONTROL_A, CONTROL_A)))) {
        assertTrue(effect instanceof Effect.Replace, "it gives up the first before: " + effect);
        return;
      }
    }
    throw new AssertionError("it waits for ever for the cluster that is gone");
  }

  @Test
  void aClusterThatDoesNotLetItInIsShunned() {
    startKnowing(A);
    boolean replaced = false;
    for (int i = 0; i < 200 && !replaced; i++) {
      now += 100;
      replaced =
          decisions(b.onHello(now, member(A, CONTROL_A, CONTROL_A))).stream()
              .anyMatch(Effect.Replace.class::isInstance);
    }
    assertTrue(replaced);
    now += 100;
    assertEquals(
        List.of(new Effect.JoinSelf()),
        decisions(b.onControl(now, control(B, 4))),
        "and this node goes its own way for a while");
  }

  @Test
  void replacementsAreSpacedByAGrowingPause() {
    startAlone();
    List<Long> times = new ArrayList<>();
    long uid = 100;
    for (long end = now + 300_000; now < end; now += 100) {
      // A peer whose cluster is larger each time, and a new one each time.
      ControlAddress other = control(A, 1_000 + times.size());
      List<Effect> effects = new ArrayList<>(b.onHello(now, member(A, other, other, CONTROL_C)));
      effects.addAll(b.onTick(now));
      if (effects.stream().anyMatch(Effect.Replace.class::isInstance)) {
        times.add(now);
        ControlAddress next = control(B, ++uid);
        b.onControl(now, next);
        see(next, next);
      }
    }
    assertTrue(times.size() >= 3 && times.size() <= 12, times::toString);
  }

  @Test
  void aRestartedNodesFormerMemberIsTakenOut() {
    startAlone();
    see(CONTROL_B, CONTROL_C);
    b.onHello(now, member(C, CONTROL_C, CONTROL_B, CONTROL_C));
    assertEquals(List.of(), decisions(b.onTick(now)));
    now += 1_000;
    ControlAddress restarted = control(C, 44);
    assertEquals(List.of(CONTROL_C), downed(b.onHello(now, process(2, seeking(C, restarted)))));
  }

  @Test
  void aNodeOfAnotherMeshIsNotListenedTo() {
    startAlone();
    Hello hello = member(C, CONTROL_C, CONTROL_C, control(A, 7));
    Hello foreign =
        new Hello(
            hello.kind(),
            hello.hearsYou(),
            hello.nodeId(),
            hello.incarnation(),
            hello.generation(),
            hello.epoch(),
            hello.sequence(),
            C,
            CONTROL_C,
            hello.members(),
            "other");
    Set<HostPort> known = Set.copyOf(b.known());
    assertEquals(List.of(new Effect.Outside(C, "other")), b.onHello(now, foreign));
    now += 10_000;
    assertEquals(List.of(), decisions(b.onTick(now)));
    assertEquals(known, Set.copyOf(b.known()));
    b.onHello(now, hello);
    now += Formation.OUTRANKED_MILLIS;
    assertTrue(
        decisions(b.onHello(now, member(C, CONTROL_C, CONTROL_C, control(A, 7)))).stream()
            .anyMatch(Effect.Replace.class::isInstance),
        "it goes where a larger cluster is");
  }

  @Test
  void whoSaysGoodbyeIsTakenOut() {
    startAlone();
    see(CONTROL_B, CONTROL_C);
    b.onHello(now, member(C, CONTROL_C, CONTROL_B, CONTROL_C));
    Hello last = seeking(C, CONTROL_C);
    Hello goodbye =
        new Hello(
            Hello.Kind.GOODBYE,
            true,
            last.nodeId(),
            last.incarnation(),
            last.generation(),
            last.epoch(),
            last.sequence(),
            C,
            CONTROL_C,
            new TreeMap<>(),
            Names.MESH_DEFAULT);
    assertEquals(List.of(CONTROL_C), downed(b.onHello(now, goodbye)));
  }

  @Test
  void anUnreachableMemberIsRemovedByTheLeaderAlone() {
    startAlone();
    b.onHello(now, member(C, CONTROL_C, CONTROL_B, CONTROL_C));
    TreeMap<ControlAddress, Boolean> members = new TreeMap<>();
    members.put(CONTROL_B, true);
    members.put(CONTROL_C, false);
    b.onView(now, new ClusterView(CONTROL_B, members, false));
    now += 7 * DAY - 1;
    b.onView(now, new ClusterView(CONTROL_B, members, true));
    assertEquals(List.of(), downed(b.onTick(now)));
    now += 1;
    b.onView(now, new ClusterView(CONTROL_B, members, false));
    assertEquals(List.of(), downed(b.onTick(now)));
    b.onView(now, new ClusterView(CONTROL_B, members, true));
    assertEquals(List.of(CONTROL_C), downed(b.onTick(now)));
  }

  @Test
  void anUnreachableMemberThatNobodyRunsIsRemovedSooner() {
    startAlone();
    TreeMap<ControlAddress, Boolean> members = new TreeMap<>();
    members.put(CONTROL_B, true);
    members.put(CONTROL_C, false);
    b.onView(now, new ClusterView(CONTROL_B, members, false));
    now += 59_000;
    assertEquals(List.of(), downed(b.onTick(now)));
    now += 1_000;
    assertEquals(List.of(CONTROL_C), downed(b.onTick(now)));
  }

  @Test
  void anOlderMessageThatArrivesLaterIsIgnored() {
    startAlone();
    see(CONTROL_B, CONTROL_C);
    Hello older = seeking(C, null);
    b.onHello(now, member(C, CONTROL_C, CONTROL_B, CONTROL_C));
    b.onHello(now, older);
    assertEquals(List.of(), downed(b.onTick(now)));
  }

  @Test
  void aMemberAnswersWhoSeeksACluster() {
    startAlone();
    now += 1_000;
    List<Effect> effects = b.onHello(now, seeking(C, CONTROL_C));
    Effect.SendHello answer = (Effect.SendHello) effects.get(0);
    assertEquals(C, answer.to());
    assertEquals(Hello.Kind.ANSWER, answer.hello().kind());
    assertTrue(answer.hello().hearsYou());
    assertTrue(answer.hello().isMember());
    assertEquals(
        List.of(), b.onHello(now, answerOf(seeking(C, CONTROL_C))), "no answer to answers");
  }

  @Test
  void silentPeersAreProbedRarelyByAMember() {
    startAlone();
    b.know(now, List.of(A), true);
    now += 10_000;
    int probes = 0;
    for (long end = now + 35_000; now < end; now += 100) {
      probes += b.onTick(now).size();
    }
    assertEquals(10, probes, 1);
  }

  @Test
  void learnedAddressesAreForgottenAfterLongSilenceButNotConfiguredOnes() {
    b.know(now, List.of(A), true);
    b.know(now, List.of(C), false);
    now += 8 * DAY;
    b.onTick(now);
    assertTrue(b.known().contains(A));
    assertFalse(b.known().contains(C));
  }

  // The peers' part

  private void startKnowing(HostPort... peers) {
    b.know(now, List.of(peers), true);
    assertEquals(List.of(), decisions(b.onControl(now, CONTROL_B)));
  }

  private void startAlone() {
    assertEquals(List.of(new Effect.JoinSelf()), b.onControl(now, CONTROL_B));
    see(CONTROL_B, CONTROL_B);
  }

  /** What b's control system sees: itself and these, all reachable. */
  private void see(ControlAddress self, ControlAddress... others) {
    TreeMap<ControlAddress, Boolean> members = new TreeMap<>();
    members.put(self, true);
    for (ControlAddress other : others) {
      members.put(other, true);
    }
    b.onView(now, new ClusterView(self, members, false));
  }

  private Hello seeking(HostPort from, @Nullable ControlAddress control) {
    return hello(from, control, true, new TreeMap<>());
  }

  private Hello member(HostPort from, ControlAddress control, ControlAddress... members) {
    return hello(from, control, true, members);
  }

  private Hello hello(
      HostPort from, ControlAddress control, boolean hearsYou, ControlAddress... members) {
    TreeMap<ControlAddress, Boolean> all = new TreeMap<>();
    for (ControlAddress member : members) {
      all.put(member, true);
    }
    return hello(from, control, hearsYou, all);
  }

  private Hello hello(
      HostPort from,
      @Nullable ControlAddress control,
      boolean hearsYou,
      NavigableMap<ControlAddress, Boolean> members) {
    return new Hello(
        Hello.Kind.HELLO,
        hearsYou,
        "id-" + from,
        1,
        1_000,
        1,
        ++sequence,
        from,
        control,
        members,
        Names.MESH_DEFAULT);
  }

  private static Hello process(long incarnation, Hello hello) {
    return new Hello(
        hello.kind(),
        hello.hearsYou(),
        hello.nodeId(),
        incarnation,
        hello.generation() + 1,
        hello.epoch(),
        hello.sequence(),
        hello.data(),
        hello.control(),
        hello.members(),
        Names.MESH_DEFAULT);
  }

  private static Hello answerOf(Hello hello) {
    return new Hello(
        Hello.Kind.ANSWER,
        hello.hearsYou(),
        hello.nodeId(),
        hello.incarnation(),
        hello.generation(),
        hello.epoch(),
        hello.sequence(),
        hello.data(),
        hello.control(),
        hello.members(),
        Names.MESH_DEFAULT);
  }

  private static ControlAddress control(HostPort node, long uid) {
    return new ControlAddress(new HostPort(node.host(), 25_520), uid);
  }

  private static List<Effect> decisions(List<Effect> effects) {
    return effects.stream().filter(effect -> !(effect instanceof Effect.SendHello)).toList();
  }

  private static List<ControlAddress> downed(List<Effect> effects) {
    return effects.stream()
        .filter(Effect.Down.class::isInstance)
        .map(effect -> ((Effect.Down) effect).member())
        .toList();
  }
}

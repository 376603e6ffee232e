package dev.hearsay.mesh.gossip;

import dev.hearsay.mesh.wire.VoterView;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * How many voters an acknowledgement takes.
 *
 * @param kind of what
 * @param count for {@link Kind#AT_LEAST}; else 0
 */
public record Need(Kind kind, int count) {
  /** Sorts of need. */
  public enum Kind {
    /** So many voters, whichever. */
    AT_LEAST,
    /** A majority of every list. */
    QUORUM,
    /** Every voter of every list. */
    ALL
  }

  public static final Need QUORUM = new Need(Kind.QUORUM, 0);
  public static final Need ALL = new Need(Kind.ALL, 0);

  public static Need atLeast(int count) {
    return new Need(Kind.AT_LEAST, count);
  }

  /** Whether these voters can ever be enough. */
  public boolean isPossible(VoterView view) {
    return view.isNamed() && (kind != Kind.AT_LEAST || count <= view.voters().size());
  }

  /** Whether those that answered are enough. */
  boolean isMet(VoterView view, Set<String> have) {
    return switch (kind) {
      case AT_LEAST -> view.isNamed() && among(view.voters(), have) >= count;
      case QUORUM -> view.isNamed() && view.lists().stream().allMatch(l -> isMajority(l, have));
      case ALL -> view.isNamed() && have.containsAll(view.everybody());
    };
  }

  /** How many answers it takes; of the list that lacks most, where there are several. */
  int needed(VoterView view, Set<String> have) {
    return switch (kind) {
      case AT_LEAST -> count;
      case QUORUM -> majority(worst(view, have));
      case ALL -> view.everybody().size();
    };
  }

  /** How many of those answered. */
  int had(VoterView view, Set<String> have) {
    return switch (kind) {
      case AT_LEAST -> among(view.voters(), have);
      case QUORUM -> among(worst(view, have), have);
      case ALL -> among(view.everybody(), have);
    };
  }

  private static List<String> worst(VoterView view, Set<String> have) {
    List<String> worst = List.of();
    int lack = Integer.MIN_VALUE;
    for (List<String> list : view.lists()) {
      if (majority(list) - among(list, have) > lack) {
        worst = list;
        lack = majority(list) - among(list, have);
      }
    }
    return worst;
  }

  static boolean isMajority(List<String> list, Set<String> have) {
    return among(list, have) >= majority(list);
  }

  static int majority(List<String> list) {
    return list.size() / 2 + 1;
  }

  static int among(Collection<String> list, Set<String> have) {
    return (int) list.stream().filter(have::contains).count();
  }
}

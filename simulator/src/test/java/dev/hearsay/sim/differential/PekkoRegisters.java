package dev.hearsay.sim.differential;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.ToLongBiFunction;
import org.apache.pekko.cluster.ddata.LWWRegister;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;

/**
 * Pekko's {@code LWWRegister}, which has no deltas: a transaction travels as the register that it
 * left. It has no empty state either: a node without one holds nothing. The clock is given what is
 * written and the time of what it replaces.
 */
final class PekkoRegisters implements Replicas {
  private final Map<Integer, LWWRegister<String>> states = new HashMap<>();
  private final Map<Integer, LWWRegister<String>> left = new HashMap<>();
  private final ToLongBiFunction<Written, Long> clock;
  private final IntFunction<SelfUniqueAddress> addresses;

  PekkoRegisters(ToLongBiFunction<Written, Long> clock, IntFunction<SelfUniqueAddress> addresses) {
    this.clock = clock;
    this.addresses = addresses;
  }

  @Override
  public void write(Written transaction) {
    int node = transaction.node();
    SelfUniqueAddress self = addresses.apply(node);
    LWWRegister.Clock<String> now = (before, value) -> clock.applyAsLong(transaction, before);
    for (Op op : transaction.ops()) {
      String value = ((Op.Assign) op).value();
      states.compute(
          node,
          (n, state) ->
              state == null
                  ? LWWRegister.create(self, value, now)
                  : state.withValue(self, value, now));
    }
    left.put(transaction.id(), states.get(node));
  }

  @Override
  public void receive(int node, Written transaction) {
    states.merge(node, left.get(transaction.id()), LWWRegister::merge);
  }

  @Override
  public void merge(int to, int from, boolean diff) {
    LWWRegister<String> state = states.get(from);
    if (state != null) {
      states.merge(to, state, LWWRegister::merge);
    }
  }

  @Override
  public Object read(int node) {
    return Optional.ofNullable(states.get(node)).map(LWWRegister::getValue);
  }
}

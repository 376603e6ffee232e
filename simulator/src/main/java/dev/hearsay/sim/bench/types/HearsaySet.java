package dev.hearsay.sim.bench.types;

import dev.hearsay.crdt.EncodedChange;
import dev.hearsay.crdt.OrSet;
import dev.hearsay.crdt.SpaceState;
import dev.hearsay.crdt.VersionVector;
import dev.hearsay.crdt.format.ChangeFormat;
import dev.hearsay.crdt.format.DiffFormat;
import dev.hearsay.crdt.value.Value;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An {@link OrSet} in a space. */
final class HearsaySet implements SetSubject {

  private final String[] present;
  private final String[] fresh = Elements.freshProbes();
  private final SpaceState here;
  private final SpaceState there;
  private final VersionVector lacking;
  private final EncodedChange change;
  private final byte[] changeBytes;
  private byte @Nullable [] stateBytes;
  private int next;

  HearsaySet(int size) {
    present = Elements.probes(size);
    SpaceState common = Space.add(SpaceState.EMPTY, Space.COMMON, 0, Elements.common(size));
    here = Space.add(common, Space.HERE, Elements.common(size), size);
    there = Space.add(common, Space.THERE, size, (long) size + Elements.apart(size));
    lacking = there.frontier();
    change = Space.mint(common, Space.ELSEWHERE, Space.adding(Elements.fresh(0)));
    changeBytes = change.toByteArray();
  }

  @Override
  public Set<String> elements(Object state) {
    Set<String> elements = new HashSet<>();
    OrSet.forEach(
        ((SpaceState) state).field(Space.SET), value -> elements.add(((Value.Text) value).value()));
    return elements;
  }

  private String next(String[] probes) {
    next++;
    return probes[next % probes.length];
  }

  @Override
  public Object add() {
    return here.apply(Space.mint(here, Space.HERE, Space.adding(next(fresh))));
  }

  @Override
  public Object remove() {
    return here.apply(Space.mint(here, Space.HERE, Space.removing(next(present))));
  }

  @Override
  public boolean contains() {
    return OrSet.contains(here.field(Space.SET), Value.of(next(present)));
  }

  @Override
  public Object apply() {
    return here.apply(change);
  }

  @Override
  public Object join() {
    return here.join(there);
  }

  @Override
  public Object diff() {
    return here.diff(lacking);
  }

  @Override
  public byte[] encodeChange() {
    return ChangeFormat.encode(change.change()).toByteArray();
  }

  @Override
  public Object decodeChange() {
    return ChangeFormat.decode(changeBytes);
  }

  @Override
  public byte[] encodeState() {
    return DiffFormat.encode(here);
  }

  @Override
  public Object decodeState() {
    if (stateBytes == null) {
      stateBytes = encodeState();
    }
    return DiffFormat.decodeState(stateBytes);
  }

  @Override
  public Object digest() {
    return here.digest();
  }
}

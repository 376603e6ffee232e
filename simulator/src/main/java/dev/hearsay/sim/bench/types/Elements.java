package dev.hearsay.sim.bench.types;

import java.util.HashSet;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * The elements of all sets: short strings without a pattern that a compressor could use. Two states
 * of N elements share all but {@link #apart} each: {@code 0 … N − apart} are in both, the next
 * {@code apart} in the first, the next after these in the second.
 */
final class Elements {

  /** How many elements each of two states has alone, if it has that many. */
  static final int APART_MAX = 1_000;

  /** How many different elements an operation goes through, so that none is always in the cache. */
  static final int PROBES = 1_024;

  private static final long FRESH = 1L << 40;

  private Elements() {}

  /** About ten characters, different for every number below 2⁵². */
  static String element(long number) {
    // Multiplying by an odd number permutes the residues modulo 2^52.
    return Long.toString((number + 1) * 0x9E3779B97F4A7C15L & ((1L << 52) - 1), 36);
  }

  static int apart(int size) {
    return Math.min(APART_MAX, size);
  }

  static int common(int size) {
    return size - apart(size);
  }

  /** Numbers of elements that are in no set. */
  static String fresh(int probe) {
    return element(FRESH + probe);
  }

  /** Elements spread over the first state. */
  static String[] probes(int size) {
    String[] probes = new String[Math.min(PROBES, size)];
    for (int i = 0; i < probes.length; i++) {
      probes[i] = element((long) i * size / probes.length);
    }
    return probes;
  }

  static String[] freshProbes() {
    String[] probes = new String[PROBES];
    for (int i = 0; i < probes.length; i++) {
      probes[i] = fresh(i);
    }
    return probes;
  }

  static void forEach(long from, long to, LongConsumer action) {
    for (long number = from; number < to; number++) {
      action.accept(number);
    }
  }

  /** What the first state holds. */
  static Set<String> here(int size) {
    Set<String> elements = new HashSet<>();
    forEach(0, size, number -> elements.add(element(number)));
    return elements;
  }

  /** What the second state holds. */
  static Set<String> there(int size) {
    Set<String> elements = new HashSet<>();
    forEach(0, common(size), number -> elements.add(element(number)));
    forEach(size, (long) size + apart(size), number -> elements.add(element(number)));
    return elements;
  }
}

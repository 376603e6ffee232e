package dev.hearsay.sim.world;

import java.util.ArrayList;
import java.util.List;

/**
 * What faults that overlap do to one thing, each by an amount of its own. When one ends, it takes
 * back its own amount and nothing of the others'.
 */
final class Layers {
  /** One amount; two that are equal are two. */
  private static final class Layer {
    final double amount;

    Layer(double amount) {
      this.amount = amount;
    }
  }

  private final List<Layer> layers = new ArrayList<>();

  /** Adds an amount; run what is returned to take it back. */
  Runnable add(double amount) {
    Layer layer = new Layer(amount);
    layers.add(layer);
    return () -> layers.remove(layer);
  }

  /** Nothing is left of any. */
  void clear() {
    layers.clear();
  }

  boolean isEmpty() {
    return layers.isEmpty();
  }

  /** All together; 0 if there are none. */
  double sum() {
    double sum = 0;
    for (Layer layer : layers) {
      sum += layer.amount;
    }
    return sum;
  }

  /** The greatest; 0 if there are none. */
  double greatest() {
    double greatest = 0;
    for (Layer layer : layers) {
      greatest = Math.max(greatest, layer.amount);
    }
    return greatest;
  }

  /** The least; {@code otherwise} if there are none, or that is less. */
  double least(double otherwise) {
    double least = otherwise;
    for (Layer layer : layers) {
      least = Math.min(least, layer.amount);
    }
    return least;
  }

  /** The chance that one of them strikes, or another that has that chance; each by itself. */
  double anyOf(double another) {
    double none = 1 - another;
    for (Layer layer : layers) {
      none *= 1 - layer.amount;
    }
    return 1 - none;
  }
}

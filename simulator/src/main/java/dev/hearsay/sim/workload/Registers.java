package dev.hearsay.sim.workload;

import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.history.History;
import java.util.random.RandomGenerator;

/** All sessions write the same registers of every kind, and a flag. */
final class Registers implements Workload {
  @Override
  public String name() {
    return "registers";
  }

  @Override
  public String description() {
    return "one register of each kind and a flag, which all write";
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    return new PacedRun(options, history) {
      private long written;

      @Override
      protected void step(Session session, Runnable ended) {
        RandomGenerator random = session.client().random();
        if (random.nextInt(3) == 0) {
          session.read(MEMORY, Registers::read);
          ended.run();
          return;
        }
        int choice = random.nextInt(9);
        int confidence = random.nextInt(5);
        String value = session.name() + "#" + written++;
        session.write(
            MEMORY,
            WriteOptions.local(),
            tx -> change(tx, choice, value, confidence / 4.0),
            outcome -> ended.run());
      }

      @Override
      protected void look(Session session) {
        session.read(MEMORY, Registers::read);
      }
    };
  }

  private static void change(Transaction tx, int choice, String value, double confidence) {
    switch (choice) {
      case 0, 1 -> tx.lwwRegister("latest", String.class).set(value);
      case 2, 3 -> tx.mvRegister("siblings", String.class).set(value);
      case 4 -> tx.mvRegister("siblings", String.class).clear();
      case 5 -> tx.confidenceRegister("belief", String.class).set(value, confidence);
      // Or else nobody could ever say anything again, once one was sure.
      case 6 -> tx.confidenceRegister("belief", String.class).clear();
      case 7 -> tx.flag("flag").enable();
      default -> tx.flag("flag").disable();
    }
  }

  private static void read(Fields fields) {
    fields.lwwRegister("latest", String.class).get();
    fields.lwwRegister("latest", String.class).siblings();
    fields.mvRegister("siblings", String.class).values();
    fields.confidenceRegister("belief", String.class).get();
    fields.confidenceRegister("belief", String.class).claims();
    fields.flag("flag").isOn();
  }
}

package dev.hearsay.sim.workload;

import dev.hearsay.mesh.Fields;
import dev.hearsay.mesh.OrSet;
import dev.hearsay.mesh.Transaction;
import dev.hearsay.mesh.WriteOptions;
import dev.hearsay.sim.history.History;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A social network after Retwis, with the mixture of Enes et al. 2019: 15 % follow somebody, 35 %
 * post to the timelines of their followers, 50 % read a timeline; who it is is drawn by Zipf, so
 * that a few are in everything. A timeline keeps its last posts.
 */
final class Social implements Workload {
  private static final int USERS = 100;
  private static final int POSTS_KEPT = 16;
  private static final int FOLLOWERS_TOLD_MAX = 10;
  private static final Zipf POPULARITY = new Zipf(USERS, 1.0);

  @Override
  public String name() {
    return "social";
  }

  @Override
  public String description() {
    return "a social network: some follow, some post to all followers, most read; Zipf skew";
  }

  @Override
  public Run begin(WorkloadOptions options, History history) {
    return new PacedRun(options, history) {
      private long posts;

      @Override
      protected void step(Session session, Runnable ended) {
        RandomGenerator random = session.client().random();
        int choice = random.nextInt(100);
        int user = POPULARITY.draw(random);
        if (choice < 50) {
          session.read(MEMORY, fields -> read(fields, user));
          ended.run();
          return;
        }
        int follower = random.nextInt(USERS);
        session.write(
            MEMORY,
            WriteOptions.local(),
            tx -> {
              if (choice < 65) {
                followers(tx, user).add(Integer.toString(follower));
              } else {
                post(tx, user, posts++);
              }
            },
            outcome -> ended.run());
      }

      @Override
      protected void look(Session session) {
        for (int user = 0; user < USERS; user++) {
          int some = user;
          session.read(MEMORY, fields -> read(fields, some));
        }
      }
    };
  }

  private static OrSet<String> followers(Fields fields, int user) {
    return fields.orSet("followers/" + user, String.class);
  }

  private static void post(Transaction tx, int user, long number) {
    String slot = Long.toString(number % POSTS_KEPT);
    String post = user + " says " + number;
    List<String> told = followers(tx, user).values().stream().limit(FOLLOWERS_TOLD_MAX).toList();
    tx.orMap("wall/" + user, String.class).put(slot, post);
    for (String follower : told) {
      tx.orMap("timeline/" + follower, String.class).put(slot, post);
    }
  }

  private static void read(Fields fields, int user) {
    fields.orMap("timeline/" + user, String.class).entries();
    fields.orMap("wall/" + user, String.class).entries();
    followers(fields, user).values();
  }
}

import dev.hearsay.mesh.Frontier;
import dev.hearsay.mesh.MeshNode;
import dev.hearsay.mesh.Space;
import java.nio.file.Path;

public class Researcher {
  record Message(String from, String text) {}

  public static void main(String[] args) {
    try (MeshNode node =
        MeshNode.builder()
            .name("researcher")
            .dataDirectory(Path.of("data/researcher"))
            .listen("127.0.0.1", 7401)
            .join("127.0.0.1:7401", "127.0.0.1:7402") // any one of them is enough, or none
            .start()) {
      Space session = node.agent("researcher").space("session-42");
      session.watch(change -> System.out.println(change.author() + " wrote " + change.fields()));

      session.orSet("findings", String.class).add("GDP growth at 7.2%");
      session.lwwRegister("summary", String.class).set("growth trend detected");
      session.appendLog("messages", Message.class).append(new Message("researcher", "done"));
      session.update( // one atomic change
          tx -> {
            tx.orSet("findings", String.class).add("inflation at 2.1%");
            tx.pnCounter("iterations").increment();
          });

      Frontier seen = session.frontier(); // another node can wait for it: awaitFrontier(seen, …)
      System.out.println(session.orSet("findings", String.class).values() + " at " + seen);
    }
  }
}

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Reads lines of profiles (by commas), a tab and a file; prints one tab-separated line per finding, and "done" after each file. */
public class VeraCheck {
  private static final int FINDINGS_SHOWN = 40;

  public static void main(String[] arguments) throws Exception {
    Logger.getLogger("").setLevel(Level.SEVERE);
    VeraGreenfieldFoundryProvider.initialise();
    BufferedReader wanted = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = wanted.readLine(); line != null; line = wanted.readLine()) {
      String[] parts = line.split("\t", 2);
      for (String profile : parts[0].split(",")) {
        try {
          check(parts[1], profile);
        } catch (Exception error) {
          error.printStackTrace();
        }
      }
      System.out.println("done");
    }
  }

  private static void check(String file, String profile) throws Exception {
    PDFAFlavour flavour = PDFAFlavour.fromString(profile);
    try (FileInputStream stream = new FileInputStream(file);
        PDFAParser parser = Foundries.defaultInstance().createParser(stream, flavour)) {
      ValidationResult result =
          Foundries.defaultInstance().createValidator(flavour, FINDINGS_SHOWN, false, false, false).validate(parser);
      for (TestAssertion finding : result.getTestAssertions()) {
        if (finding.getStatus() == TestAssertion.Status.FAILED) {
          print("finding", file, profile, finding.getRuleId().getClause() + "-" + finding.getRuleId().getTestNumber()
              + " " + finding.getMessage() + " @ " + finding.getLocation().getContext());
        }
      }
      print(result.isCompliant() ? "pass" : "fail", file, profile, "");
    }
  }

  private static void print(String... parts) {
    List<String> clean = new ArrayList<>();
    for (String part : parts) {
      clean.add(part.replaceAll("\\s+", " "));
    }
    System.out.println(String.join("\t", clean));
  }
}

package dev.hearsay.sim.report;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** What a report must be, as it is found in its text. */
public final class Pages {
  private static final Pattern LOADS =
      Pattern.compile("(?i)<(script|img|link|iframe|object|embed|image|use|audio|video|base)\\b");
  private static final Pattern REFERENCE =
      Pattern.compile("(?i)\\b(src|href|xlink:href|srcset|action|data)\\s*=|url\\(|@import");

  private Pages() {}

  /** What is wrong with a page; empty if nothing is. */
  public static List<String> faults(String html) {
    List<String> faults = new ArrayList<>();
    if (LOADS.matcher(html).find() || REFERENCE.matcher(html).find()) {
      faults.add("it loads something");
    }
    if (!html.contains("default-src 'none'")) {
      faults.add("it has no policy against loading");
    }
    Document page;
    try {
      page = parsed(html);
    } catch (SAXException e) {
      faults.add("it is not well-formed: " + e.getMessage());
      return faults;
    }
    NodeList sections = page.getElementsByTagName("section");
    for (int i = 0; i < sections.getLength(); i++) {
      Element section = (Element) sections.item(i);
      if (section.getElementsByTagName("td").getLength() == 0) {
        faults.add("a section has no table: " + section.getTextContent().strip());
      }
    }
    NodeList coordinates = page.getElementsByTagName("*");
    for (int i = 0; i < coordinates.getLength(); i++) {
      Element element = (Element) coordinates.item(i);
      for (String name : List.of("d", "x", "y", "width", "height")) {
        if (element.getAttribute(name).matches(".*(NaN|Infinity|null).*")) {
          faults.add("drawn nowhere: " + element.getTagName() + " " + name);
        }
      }
    }
    return faults;
  }

  /** Every text in the plots of a page. */
  public static List<String> plotTexts(String html) throws SAXException {
    List<String> texts = new ArrayList<>();
    NodeList plots = parsed(html).getElementsByTagName("svg");
    for (int i = 0; i < plots.getLength(); i++) {
      NodeList inside = ((Element) plots.item(i)).getElementsByTagName("text");
      for (int j = 0; j < inside.getLength(); j++) {
        texts.add(inside.item(j).getTextContent());
      }
    }
    return texts;
  }

  private static Document parsed(String html) throws SAXException {
    try {
      DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      // What is wrong is in the exception; nothing is printed.
      parser.setErrorHandler(null);
      return parser.parse(new InputSource(new StringReader(html)));
    } catch (ParserConfigurationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

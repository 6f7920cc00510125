package org.dmemfs.felix.commands.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.dmemfs.felix.commands.plan.SchemePlan.NodePlan;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The picture: well-formed, every part that is there is seen, bars end where they should, no line meets the next. */
class PlanPictureTest {
    private static final long GIB = 1L << 30;

    private static SchemePlan plan(String title, NodePlan... nodes) {
        return new SchemePlan(title, title, "6.12", "2M", "", "", 3, 2, 0, List.of("c"), 1, List.of(nodes), 0,
                List.of(),
                List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
    }

    private static Document draw(String subtitle, SchemePlan... plans) throws Exception {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        PlanPicture.draw(output, subtitle, List.of(plans));
        return DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new ByteArrayInputStream(output.toByteArray()));
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    @Test
    void aPartThatIsThereIsSeenAndTheBarKeepsItsLength() throws Exception {
        Document picture = draw("a & <b>", plan("one", new NodePlan(0, 512 * GIB, 100 * GIB, 1, 400 * GIB, 4096, 0,
                12 * GIB - 4097, 0)));
        NodeList groups = picture.getElementsByTagName("g");
        assertThat(groups.getLength()).isEqualTo(5);
        double end = 0;
        double start = Double.MAX_VALUE;
        for (int group = 0; group < groups.getLength(); group++) {
            Element box = (Element) ((Element) groups.item(group)).getElementsByTagName("rect").item(0);
            assertThat(number(box, "width")).isGreaterThanOrEqualTo(2);
            start = Math.min(start, number(box, "x"));
            end = Math.max(end, number(box, "x") + number(box, "width"));
        }
        assertThat(end - start).isBetween(679.9, 680.1);
    }

    @Test
    void noLineOfTextMeetsAnother() throws Exception {
        NodePlan node = new NodePlan(0, 512 * GIB, 100 * GIB, 0, 400 * GIB, GIB, GIB, 10 * GIB, 0);
        Document picture = draw("two schemes", plan("one", node, node, node), plan("two", node, node));
        NodeList texts = picture.getElementsByTagName("text");
        for (int left = 0; left < texts.getLength(); left++) {
            for (int right = left + 1; right < texts.getLength(); right++) {
                Element first = (Element) texts.item(left);
                Element second = (Element) texts.item(right);
                double apart = Math.abs(number(first, "y") - number(second, "y"));
                boolean beside = Math.abs(number(first, "x") - number(second, "x")) > 30;
                assertThat(apart >= number(second, "font-size") || beside)
                        .as(first.getTextContent() + " and " + second.getTextContent()).isTrue();
            }
        }
    }
}

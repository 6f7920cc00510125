package org.dmemfs.felix.commands.plan;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.dmemfs.felix.commands.plan.SchemePlan.NodePlan;
import org.dmemfs.kernel.MemorySize;

/** The memory of each node under each scheme, as an SVG that stands for itself: one bar a node, its parts as long as they are large. */
public final class PlanPicture {
    private static final int WIDTH = 1240;
    private static final int MARGIN = 24;
    private static final int BAR_START = 150;
    private static final int BAR_WIDTH = 680;
    private static final int BAR_HEIGHT = 16;
    private static final int BAR_STEP = 22;
    private static final int HEAD = 118;
    private static final int SCHEME_HEAD = 24;
    private static final int SCHEME_GAP = 14;
    /** A part that is there is seen. */
    private static final double THINNEST = 2;
    private static final String INK = "#1f2933";
    private static final String PALE_INK = "#52606d";

    /** The parts of a bar, from the left. */
    private enum Part {
        GUESTS("guests", "#2f6fa7"), ROUNDING("lost to the page size", "#8e6bbf"), FREE("free to sell",
                "#bfe3c6"), METADATA("metadata",
                        "#c8334a"), TABLES("page tables", "#eda63a"), HOST("stays for the host", "#b8c1cc");

        private final String label;
        private final String colour;

        Part(String label, String colour) {
            this.label = label;
            this.colour = colour;
        }

        long bytes(NodePlan node) {
            return switch (this) {
                case GUESTS -> node.guestBytes();
                case ROUNDING -> node.roundingBytes();
                case FREE -> node.freeBytes();
                case METADATA -> node.metadataBytes();
                case TABLES -> node.tableBytes();
                case HOST -> node.hostBytes();
            };
        }
    }

    private final XMLStreamWriter xml;

    private PlanPicture(XMLStreamWriter xml) {
        this.xml = xml;
    }

    /**
     * Draws plans.
     *
     * @param output where it goes, left open
     * @param subtitle what was planned
     * @param plans one block each
     * @throws XMLStreamException where the output cannot be written
     */
    public static void draw(OutputStream output, String subtitle, List<SchemePlan> plans) throws XMLStreamException {
        XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(output, "UTF-8");
        new PlanPicture(xml).draw(subtitle, plans);
        xml.close();
    }

    private void draw(String subtitle, List<SchemePlan> plans) throws XMLStreamException {
        int height = HEAD + MARGIN
                + plans.stream().mapToInt(plan -> SCHEME_HEAD + plan.nodes().size() * BAR_STEP + SCHEME_GAP).sum();
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("svg");
        xml.writeDefaultNamespace("http://www.w3.org/2000/svg");
        xml.writeAttribute("viewBox", "0 0 %d %d".formatted(WIDTH, height));
        xml.writeAttribute("width", String.valueOf(WIDTH));
        xml.writeAttribute("height", String.valueOf(height));
        xml.writeAttribute("font-family", "DejaVu Sans, Verdana, sans-serif");
        xml.writeStartElement("title");
        xml.writeCharacters("dmem plan: " + subtitle);
        xml.writeEndElement();
        box(0, 0, WIDTH, height, "#ffffff");
        text(MARGIN, 34, 18, INK, "The memory of each node under each scheme");
        text(MARGIN, 58, 12, PALE_INK, cut(subtitle));
        legend();
        int top = HEAD;
        for (SchemePlan plan : plans) {
            scheme(plan, top);
            top += SCHEME_HEAD + plan.nodes().size() * BAR_STEP + SCHEME_GAP;
        }
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    /** As much as there is room for. */
    private static String cut(String line) {
        int most = 165;
        return line.length() <= most ? line : line.substring(0, most - 3) + "...";
    }

    private void legend() throws XMLStreamException {
        int x = MARGIN;
        for (Part part : Part.values()) {
            box(x, 76, 14, 14, part.colour);
            text(x + 20, 88, 12, INK, part.label);
            x += 44 + part.label.length() * 8;
        }
    }

    private void scheme(SchemePlan plan, int top) throws XMLStreamException {
        text(MARGIN, top + 14, 13, INK, "%s, pages of %s: %,d of %,d guests, %s sellable".formatted(plan.title(),
                plan.pageSize(), plan.guestsPlaced(), plan.guests(), MemorySize.format(plan.sellableBytes())));
        int y = top + SCHEME_HEAD;
        for (NodePlan node : plan.nodes()) {
            text(MARGIN, y + 12, 11, PALE_INK,
                    "node %d, %s".formatted(node.node(), MemorySize.format(node.ramBytes())));
            bar(node, y);
            text(BAR_START + BAR_WIDTH + 12, y + 12, 11, PALE_INK, "metadata %s, tables %s, free %s, host %s".formatted(
                    MemorySize.format(node.metadataBytes()), MemorySize.format(node.tableBytes()),
                    MemorySize.format(node.freeBytes()), MemorySize.format(Math.max(0, node.hostBytes()))));
            y += BAR_STEP;
        }
    }

    private void bar(NodePlan node, int y) throws XMLStreamException {
        List<Double> widths = widths(node);
        double x = BAR_START;
        for (Part part : Part.values()) {
            double width = widths.get(part.ordinal());
            if (width > 0) {
                xml.writeStartElement("g");
                xml.writeStartElement("title");
                xml.writeCharacters("node %d, %s: %s".formatted(node.node(), part.label,
                        MemorySize.format(Math.max(0, part.bytes(node)))));
                xml.writeEndElement();
                box(x, y, width, BAR_HEIGHT, part.colour);
                xml.writeEndElement();
            }
            x += width;
        }
    }

    /** As long as they are large; what thin parts are too wide goes from the widest. */
    private static List<Double> widths(NodePlan node) {
        List<Double> widths = new ArrayList<>();
        double all = 0;
        for (Part part : Part.values()) {
            long bytes = Math.max(0, part.bytes(node));
            double width = bytes == 0 ? 0 : Math.max(THINNEST, (double) bytes / node.ramBytes() * BAR_WIDTH);
            widths.add(width);
            all += width;
        }
        int widest = IntStream.range(0, widths.size()).reduce(0,
                (left, right) -> widths.get(right) > widths.get(left) ? right : left);
        widths.set(widest, widths.get(widest) + BAR_WIDTH - all);
        return widths;
    }

    private void box(double x, double y, double width, double height, String colour) throws XMLStreamException {
        xml.writeEmptyElement("rect");
        xml.writeAttribute("x", number(x));
        xml.writeAttribute("y", number(y));
        xml.writeAttribute("width", number(width));
        xml.writeAttribute("height", number(height));
        xml.writeAttribute("fill", colour);
    }

    private void text(int x, int y, int size, String colour, String words) throws XMLStreamException {
        xml.writeStartElement("text");
        xml.writeAttribute("x", String.valueOf(x));
        xml.writeAttribute("y", String.valueOf(y));
        xml.writeAttribute("font-size", String.valueOf(size));
        xml.writeAttribute("fill", colour);
        xml.writeCharacters(words);
        xml.writeEndElement();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}

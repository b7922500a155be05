// How slow Java is before its compilers have seen it: what calibrate/node/jit.mjs does in a fresh process, in Java.
//
//   javac -d FOLDER calibrate/java/Jit.java && node calibrate/node/jit.mjs --java FOLDER

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

public final class Jit {
    private static final int N_DOCUMENTS = 16;
    private static final int N_ORDERS = 5;
    private static final String[] COUNTRIES = {"DE", "FR", "US", "IT"};
    private static final String[] TAGS = {"New Arrival", "On Sale!", "x"};
    private static final Pattern SKU = Pattern.compile("[A-Z]{2}-\\d+");
    private static final Pattern NO_WORD = Pattern.compile("[^a-z0-9]+");

    record Money(long cents) {
        Money plus(Money other) {
            return new Money(cents + other.cents);
        }

        Money times(double n) {
            return new Money(Math.round(cents * n));
        }

        @Override
        public String toString() {
            return cents / 100 + "." + (cents % 100 < 10 ? "0" : "") + cents % 100;
        }
    }

    record Line(String sku, long count, Money price, List<String> tags) {
        Money total() {
            return price.times(count);
        }
    }

    record Customer(String name, String tier, String country) {}

    record Order(long id, Customer customer, List<Line> lines, long at, String note) {
        Money total() {
            return lines.stream().map(Line::total).reduce(new Money(0), Money::plus);
        }

        double discount() {
            long n = lines.stream().mapToLong(Line::count).sum();
            return n > 20 ? 0.1 : customer.tier().equals("gold") ? 0.05 : 0;
        }
    }

    /** Reads as much of JSON as the documents have. */
    static final class Parser {
        private final String text;
        private int at = 0;

        Parser(String text) {
            this.text = text;
        }

        Object value() {
            return switch (text.charAt(at)) {
                case '{' -> object();
                case '[' -> list();
                case '"' -> string();
                default -> number();
            };
        }

        private Map<String, Object> object() {
            Map<String, Object> all = new LinkedHashMap<>();
            while (text.charAt(at++) != '}') {
                String key = string();
                at++;
                all.put(key, value());
            }
            return all;
        }

        private List<Object> list() {
            List<Object> all = new ArrayList<>();
            at++;
            while (text.charAt(at) != ']') {
                if (text.charAt(at) == ',') {
                    at++;
                }
                all.add(value());
            }
            at++;
            return all;
        }

        private String string() {
            StringBuilder out = new StringBuilder();
            for (at++; text.charAt(at) != '"'; at++) {
                if (text.charAt(at) == '\\') {
                    at++;
                }
                out.append(text.charAt(at));
            }
            at++;
            return out.toString();
        }

        private Long number() {
            int begin = at;
            while (Character.isDigit(text.charAt(at))) {
                at++;
            }
            return Long.parseLong(text.substring(begin, at));
        }
    }

    static void write(Object value, StringBuilder out) {
        if (value instanceof Map<?, ?> map) {
            char before = '{';
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(before);
                write(entry.getKey(), out);
                out.append(':');
                write(entry.getValue(), out);
                before = ',';
            }
            out.append('}');
        } else if (value instanceof List<?> list) {
            out.append('[');
            for (int i = 0; i < list.size(); i++) {
                if (i > 0) {
                    out.append(',');
                }
                write(list.get(i), out);
            }
            out.append(']');
        } else if (value instanceof String text) {
            out.append('"');
            for (int i = 0; i < text.length(); i++) {
                if (text.charAt(i) == '"' || text.charAt(i) == '\\') {
                    out.append('\\');
                }
                out.append(text.charAt(i));
            }
            out.append('"');
        } else {
            out.append(value);
        }
    }

    @SuppressWarnings("unchecked")
    static Line line(Object raw) {
        Map<String, Object> of = (Map<String, Object>) raw;
        List<String> tags = ((List<Object>) of.get("tags")).stream().map(Object::toString).toList();
        return new Line((String) of.get("sku"), (Long) of.get("count"), new Money((Long) of.get("cents")), tags);
    }

    @SuppressWarnings("unchecked")
    static Order order(Object raw) {
        Map<String, Object> of = (Map<String, Object>) raw;
        Map<String, String> by = (Map<String, String>) of.get("customer");
        Customer customer = new Customer(by.get("name"), by.get("tier"), by.get("country"));
        List<Line> lines = ((List<Object>) of.get("lines")).stream().map(Jit::line).toList();
        return new Order((Long) of.get("id"), customer, lines, (Long) of.get("at"), (String) of.get("note"));
    }

    static List<String> check(Order order) {
        List<String> errors = new ArrayList<>();
        for (Line line : order.lines()) {
            if (!SKU.matcher(line.sku()).matches()) {
                errors.add("sku: " + line.sku());
            }
            if (line.count() <= 0) {
                errors.add("count: " + line.count());
            }
        }
        return errors;
    }

    static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        for (char letter : text.toCharArray()) {
            switch (letter) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                default -> out.append(letter);
            }
        }
        return out.toString();
    }

    static String slug(String text) {
        String[] words = NO_WORD.split(text.toLowerCase());
        return Arrays.stream(words).filter((word) -> !word.isEmpty()).collect(Collectors.joining("-"));
    }

    static double taxOf(String country) {
        return switch (country) {
            case "DE" -> 0.19;
            case "FR" -> 0.2;
            case "US" -> 0;
            default -> 0.15;
        };
    }

    static String row(Line line) {
        String tags = line.tags().stream().map(Jit::slug).collect(Collectors.joining(" "));
        List<String> cells = List.of(escaped(line.sku()), "" + line.count(), line.total().toString(), tags);
        return "<tr><td>" + String.join("</td><td>", cells) + "</td></tr>";
    }

    static String render(Order order) {
        Money total = order.total();
        Money net = new Money(total.cents() - total.times(order.discount()).cents());
        Money tax = net.times(taxOf(order.customer().country()));
        String rows = order.lines().stream().map(Jit::row).collect(Collectors.joining());
        return "<h2>" + escaped(order.note()) + "</h2><table>" + rows + "</table><p>" + net + " + " + tax + "</p>";
    }

    static Map<String, Object> summary(List<Order> orders) {
        Map<String, Object> all = new TreeMap<>();
        orders.stream().collect(Collectors.groupingBy((order) -> order.customer().country())).forEach((country, of) -> {
            Money total = of.stream().map(Order::total).reduce(new Money(0), Money::plus);
            all.put(country, Map.of("n", (Object) of.size(), "total", total.toString()));
        });
        return all;
    }

    static Map<String, String> query(String url) {
        Map<String, String> all = new HashMap<>();
        for (String part : url.substring(url.indexOf('?') + 1).split("&")) {
            int at = part.indexOf('=');
            all.put(part.substring(0, at), URLDecoder.decode(part.substring(at + 1), StandardCharsets.UTF_8));
        }
        return all;
    }

    /** FNV-1a. */
    static int hash(String text) {
        int word = 0x811c9dc5;
        for (int i = 0; i < text.length(); i++) {
            word = (word ^ text.charAt(i)) * 16777619;
        }
        return word;
    }

    static Map<String, Object> makeLine(int document, int order, int i) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("sku", "AB-" + (document * order + i));
        line.put("count", 1 + order * i % 9);
        line.put("cents", 199 + 37 * i + document);
        line.put("tags", Arrays.asList(TAGS).subList(0, i % 4));
        return line;
    }

    static Map<String, Object> makeOrder(int document, int i) {
        Map<String, Object> customer = new LinkedHashMap<>();
        customer.put("name", "Customer <" + document + ">");
        customer.put("tier", i % 3 > 0 ? "plain" : "gold");
        customer.put("country", COUNTRIES[(document + i) % COUNTRIES.length]);
        List<Object> lines = new ArrayList<>();
        for (int line = 0; line < 1 + (document + i) % 4; line++) {
            lines.add(makeLine(document, i, line));
        }
        Map<String, Object> order = new LinkedHashMap<>();
        order.put("id", document * 100 + i);
        order.put("customer", customer);
        order.put("lines", lines);
        order.put("at", 1_700_000_000_000L + document * 86_400_000L);
        order.put("note", "Order & \"" + i + "\" of " + document);
        return order;
    }

    private final String[] documents = new String[N_DOCUMENTS];
    private final double perMs;
    private double rest = 0;
    private int turn = 0;
    private int word = 0x2545f491;

    Jit(double perMs) {
        this.perMs = perMs;
        for (int document = 0; document < N_DOCUMENTS; document++) {
            List<Object> orders = new ArrayList<>();
            for (int i = 0; i < N_ORDERS; i++) {
                orders.add(makeOrder(document, i));
            }
            StringBuilder out = new StringBuilder();
            write(orders, out);
            documents[document] = out.toString();
        }
    }

    @SuppressWarnings("unchecked")
    void serve() {
        turn = (turn + 1) % N_DOCUMENTS;
        Map<String, String> query = query("/orders/" + turn + "?page=" + turn % 3 + "&sort=total&q=a%20b");
        List<Object> raw = (List<Object>) new Parser(documents[turn]).value();
        Comparator<Order> byTotal = Comparator.comparing((Order order) -> -order.total().cents());
        List<Order> orders = raw.stream().map(Jit::order).sorted(byTotal.thenComparing(Order::id)).toList();
        if (orders.stream().anyMatch((order) -> !check(order).isEmpty())) {
            throw new IllegalStateException("a document is wrong");
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("html", orders.stream().map(Jit::render).collect(Collectors.joining("<hr>")));
        answer.put("summary", summary(orders));
        answer.put("copy", raw.get(0));
        answer.put("query", query);
        StringBuilder out = new StringBuilder();
        write(answer, out);
        word ^= hash(out.toString());
    }

    static int spin(int x, int n) {
        for (int i = 0; i < n; i++) {
            x ^= x << 13;
            x ^= x >>> 17;
            x ^= x << 5;
        }
        return x;
    }

    /** Work of `ms`: documents, or turns of a loop in chunks of 0.05 ms. */
    void run(boolean isLoop, double ms) {
        if (isLoop) {
            int n = Math.max(1, (int) Math.round(ms / 0.05));
            for (int i = 0; i < n; i++) {
                word = spin(word, (int) Math.round(ms * perMs / n));
            }
            return;
        }
        for (rest += ms * perMs; rest >= 1; rest--) {
            serve();
        }
    }

    /** Documents or turns per ms: the best of many trials, after enough of them to be compiled. */
    static double speed(boolean isLoop) {
        int n = isLoop ? 60_000 : 200;
        Jit jit = new Jit(n);
        double best = 0;
        for (int trial = 0; trial < 1_000; trial++) {
            long begun = System.nanoTime();
            jit.run(isLoop, 1);
            best = Math.max(best, n / ((System.nanoTime() - begun) / 1e6));
        }
        return best;
    }

    public static void main(String[] words) {
        if (words[0].equals("version")) {
            System.out.println("{\"version\":\"" + System.getProperty("java.vm.version") + "\"}");
            return;
        }
        boolean isLoop = words[0].equals("loop");
        if (words.length == 1) {
            System.out.println("{\"perMs\":" + speed(isLoop) + "}");
            return;
        }
        double ms = Double.parseDouble(words[1]);
        double[] took = new double[Integer.parseInt(words[2])];
        Jit jit = new Jit(Double.parseDouble(words[3]));
        for (int i = 0; i < took.length; i++) {
            long begun = System.nanoTime();
            jit.run(isLoop, ms);
            took[i] = (System.nanoTime() - begun) / 1e6;
        }
        System.out.println("{\"took\":" + Arrays.toString(took) + ",\"switches\":0}");
    }
}

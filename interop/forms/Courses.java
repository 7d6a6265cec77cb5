import java.io.File;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.http.HttpEntity;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.entity.ContentType;
import org.apache.http.entity.mime.HttpMultipartMode;
import org.apache.http.entity.mime.MultipartEntityBuilder;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.util.EntityUtils;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeTokenStream;

/**
 * Courses FOLDER OUT: what the courses do, with Apache HttpClient 4 in its browser-compatible mode. Generates for
 * FOLDER/data/*.xml, assembles by FOLDER/book.ddx, converts to PDF/A and validates.
 */
public final class Courses {
    private static final String AEM = System.getenv("AEM");

    private final CloseableHttpClient client = HttpClients.createDefault();
    private final File folder;
    private final File out;

    private Courses(String folder, String out) {
        this.folder = new File(folder);
        this.out = new File(out);
    }

    public static void main(String[] arguments) throws Exception {
        Courses courses = new Courses(arguments[0], arguments[1]);
        List<File> documents = courses.generate();
        File book = courses.assemble(documents);
        File archive = courses.send("/adobe/forms/assembler/pdfa/convert", book, "archive.pdf");
        courses.send("/adobe/forms/assembler/pdfa/validate", archive, "verdict.json");
    }

    private List<File> generate() throws Exception {
        File[] records = new File(folder, "data").listFiles();
        Arrays.sort(records);
        byte[] options = Files.readAllBytes(new File(folder, "options.json").toPath());
        List<File> documents = new ArrayList<>();
        for (File record : records) {
            // The courses set no character set, so names that are not ASCII arrive as question marks.
            MultipartEntityBuilder form = MultipartEntityBuilder.create();
            form.setMode(HttpMultipartMode.BROWSER_COMPATIBLE);
            form.addBinaryBody("template", new File(folder, "letter.xdp"));
            form.addBinaryBody("data", record, ContentType.APPLICATION_OCTET_STREAM, record.getName());
            form.addBinaryBody("options", options, ContentType.APPLICATION_JSON, "options");
            documents.add(save(record.getName().replace(".xml", ".pdf"), post("/adobe/forms/doc/v1/generatePDFOutput", form)));
        }
        return documents;
    }

    private File assemble(List<File> documents) throws Exception {
        MultipartEntityBuilder form = browserCompatible();
        form.addBinaryBody("ddx", new File(folder, "book.ddx"), ContentType.APPLICATION_XML, "book.ddx");
        for (File document : documents) {
            form.addBinaryBody(document.getName(), document, ContentType.APPLICATION_OCTET_STREAM, document.getName());
        }
        return save("book.pdf", post("/adobe/forms/assembler/ddx/invoke", form));
    }

    private File send(String path, File document, String result) throws Exception {
        MultipartEntityBuilder form = browserCompatible();
        form.addBinaryBody("inDoc", document, ContentType.create("application/pdf"), document.getName());
        return save(result, post(path, form));
    }

    private static MultipartEntityBuilder browserCompatible() {
        return MultipartEntityBuilder.create()
                .setMode(HttpMultipartMode.BROWSER_COMPATIBLE)
                .setCharset(StandardCharsets.UTF_8);
    }

    private byte[] post(String path, MultipartEntityBuilder form) throws Exception {
        HttpPost post = new HttpPost(AEM + path);
        post.addHeader("Authorization", "Bearer " + System.getenv("TOKEN"));
        post.setEntity(form.build());
        try (CloseableHttpResponse answer = client.execute(post)) {
            HttpEntity entity = answer.getEntity();
            int status = answer.getStatusLine().getStatusCode();
            if (status != 200) {
                throw new IllegalStateException(path + " answered " + status + ": " + EntityUtils.toString(entity));
            }
            String type = entity.getContentType().getValue();
            return type.startsWith("multipart/") ? unwrap(type, entity.getContent()) : EntityUtils.toByteArray(entity);
        }
    }

    /** Returns the only part of a multipart answer, as Apache James reads it. */
    private static byte[] unwrap(String type, InputStream body) throws Exception {
        MimeTokenStream stream = new MimeTokenStream();
        stream.parseHeadless(body, type);
        byte[] part = null;
        for (EntityState state = stream.getState(); state != EntityState.T_END_OF_STREAM; state = stream.next()) {
            if (state == EntityState.T_BODY) {
                if (part != null) {
                    throw new IllegalStateException("several parts");
                }
                part = stream.getInputStream().readAllBytes();
            }
        }
        return part;
    }

    private File save(String name, byte[] content) throws Exception {
        Path path = out.toPath().resolve(name);
        Files.write(path, content);
        return path.toFile();
    }
}

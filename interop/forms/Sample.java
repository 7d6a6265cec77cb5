import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import org.apache.http.HttpHost;
import org.apache.http.HttpResponse;
import org.apache.http.client.HttpClient;
import org.apache.http.client.entity.UrlEncodedFormEntity;
import org.apache.http.client.methods.HttpPost;
import org.apache.http.entity.ContentType;
import org.apache.http.entity.mime.HttpMultipartMode;
import org.apache.http.entity.mime.MultipartEntityBuilder;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.message.BasicNameValuePair;
import org.apache.http.util.EntityUtils;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/**
 * Sample FOLDER OUT: a program in the way of Adobe's course about document generation, with its host names, its port and
 * its faults. FOLDER has service_token.json, template, options and data.
 */
public final class Sample {
    private static final String POST_URL =
            "https://author-p12345-e67890.adobeaemcloud.com/adobe/forms/doc/v1/generatePDFOutput";

    private final Path folder;
    private final JsonObject integration;

    private Sample(Path folder) throws Exception {
        this.folder = folder;
        String document = Files.readString(folder.resolve("service_token.json"));
        integration = JsonParser.parseString(document).getAsJsonObject().getAsJsonObject("integration");
    }

    public static void main(String[] arguments) throws Exception {
        new Sample(Path.of(arguments[0])).generate(Path.of(arguments[1]));
    }

    private String value(String name) {
        return integration.get(name).getAsString();
    }

    private String accountValue(String name) {
        return integration.getAsJsonObject("technicalAccount").get(name).getAsString();
    }

    /** Puts {@code exp} in milliseconds, and all metascopes into one claim. */
    private String assertion() throws Exception {
        PEMParser parser = new PEMParser(new StringReader(value("privateKey")));
        KeyPair pair = new JcaPEMKeyConverter().getKeyPair((PEMKeyPair) parser.readObject());
        String ims = "https://" + value("imsEndpoint");
        JsonObject claims = new JsonObject();
        claims.addProperty("iss", value("org"));
        claims.addProperty("sub", value("id"));
        claims.addProperty("exp", System.currentTimeMillis() + 5 * 60 * 1000);
        claims.addProperty("aud", ims + "/c/" + accountValue("clientId"));
        claims.addProperty(ims + "/s/" + value("metascopes"), true);
        String signed = base64("{\"alg\":\"RS256\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + base64(claims.toString().getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(pair.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + base64(signature.sign());
    }

    /** Returns the text "null" after any failure. */
    private String accessToken() {
        try {
            HttpPost post = new HttpPost("/ims/exchange/jwt");
            post.setEntity(new UrlEncodedFormEntity(
                    List.of(
                            new BasicNameValuePair("jwt_token", assertion()),
                            new BasicNameValuePair("client_id", accountValue("clientId")),
                            new BasicNameValuePair("client_secret", accountValue("clientSecret"))),
                    StandardCharsets.UTF_8));
            HttpClient client = HttpClientBuilder.create().build();
            HttpResponse response = client.execute(new HttpHost(value("imsEndpoint"), 443, "https"), post);
            System.out.println("IMS: " + response.getStatusLine().getStatusCode());
            String body = EntityUtils.toString(response.getEntity());
            return JsonParser.parseString(body).getAsJsonObject().get("access_token").getAsString();
        } catch (Exception error) {
            System.out.println(error.getMessage());
        }
        return "null";
    }

    /** Saves each answer, whatever its status. */
    private void generate(Path out) throws Exception {
        String token = accessToken();
        byte[] options = Files.readAllBytes(folder.resolve("options.json"));
        for (File data : folder.resolve("data").toFile().listFiles()) {
            MultipartEntityBuilder form = MultipartEntityBuilder.create();
            form.setMode(HttpMultipartMode.BROWSER_COMPATIBLE);
            form.addBinaryBody("data", data, ContentType.APPLICATION_OCTET_STREAM, data.getName());
            form.addBinaryBody("template", folder.resolve("letter.xdp").toFile());
            form.addBinaryBody("options", options, ContentType.APPLICATION_JSON, "options");
            HttpPost post = new HttpPost(POST_URL);
            post.addHeader("Authorization", "Bearer " + token);
            post.setEntity(form.build());
            HttpResponse response = HttpClientBuilder.create().build().execute(post);
            System.out.println("AEM: " + response.getStatusLine().getStatusCode());
            try (OutputStream file = new FileOutputStream(out.resolve(data.getName() + ".pdf").toFile())) {
                response.getEntity().writeTo(file);
            }
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

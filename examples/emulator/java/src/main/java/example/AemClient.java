package example;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/** A small client of AEM: it exchanges a JWT for an access token, caches the token, and reads assets. */
public final class AemClient {
    private static final int ATTEMPTS = 3;
    private static final Duration RENEW_BEFORE = Duration.ofMinutes(5);

    private final HttpClient http = HttpClient.newHttpClient();
    private final ServiceCredentials credentials;
    private final URI aem;
    private final URI ims;
    private final Clock clock;
    private final Pause pause;
    private Token token;

    /** The pause between two attempts. */
    @FunctionalInterface
    public interface Pause {
        void of(Duration duration) throws InterruptedException;
    }

    private record Token(String value, Instant renewAt) {}

    public AemClient(ServiceCredentials credentials, URI aem) {
        this(credentials, aem, URI.create(credentials.ims()), Clock.systemUTC(), duration -> Thread.sleep(duration.toMillis()));
    }

    AemClient(ServiceCredentials credentials, URI aem, URI ims, Clock clock, Pause pause) {
        this.credentials = credentials;
        this.aem = aem;
        this.ims = ims;
        this.clock = clock;
        this.pause = pause;
    }

    /** Returns the folder of all assets. */
    public JsonObject assets() throws IOException, InterruptedException {
        String used = accessToken(null);
        HttpResponse<String> response = get("/api/assets.json", used);
        if (response.statusCode() == 401) {
            response = get("/api/assets.json", accessToken(used));
        }
        return json(response);
    }

    private HttpResponse<String> get(String path, String accessToken) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(aem.resolve(path))
                .header("Authorization", "Bearer " + accessToken)
                .timeout(Duration.ofMinutes(1))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    /** Returns a token other than the rejected one. */
    private synchronized String accessToken(String rejected) throws IOException, InterruptedException {
        boolean usable = token != null && !token.value.equals(rejected) && clock.instant().isBefore(token.renewAt);
        if (!usable) {
            token = exchange();
        }
        return token.value;
    }

    private Token exchange() throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            HttpResponse<String> response = http.send(exchangeRequest(), BodyHandlers.ofString());
            if (response.statusCode() < 500 || attempt == ATTEMPTS) {
                JsonObject answer = json(response);
                // The exchange of a JWT answers in milliseconds.
                Duration lifetime = Duration.ofMillis(answer.get("expires_in").getAsLong());
                Instant renewAt = clock.instant().plus(lifetime).minus(RENEW_BEFORE);
                return new Token(answer.get("access_token").getAsString(), renewAt);
            }
            pause.of(Duration.ofSeconds(attempt));
        }
    }

    private HttpRequest exchangeRequest() throws IOException {
        String assertion;
        try {
            assertion = credentials.assertion(clock.instant());
        } catch (GeneralSecurityException error) {
            throw new IOException("the private key of the credentials cannot be used", error);
        }
        Map<String, String> form = Map.of(
                "client_id", credentials.clientId(),
                "client_secret", credentials.clientSecret(),
                "jwt_token", assertion);
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return HttpRequest.newBuilder(ims.resolve("/ims/exchange/jwt"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .timeout(Duration.ofMinutes(1))
                .POST(BodyPublishers.ofString(body))
                .build();
    }

    private static JsonObject json(HttpResponse<String> response) throws IOException {
        if (response.statusCode() != 200) {
            throw new IOException(response.uri() + " answered " + response.statusCode() + ": " + response.body());
        }
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }
}

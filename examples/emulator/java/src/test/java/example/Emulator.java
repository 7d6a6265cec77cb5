package example;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs {@code ims emulator serve}, and calls its control endpoints. */
final class Emulator implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final JsonObject ready;

    Emulator(String... flags) throws IOException {
        String ims = System.getenv().getOrDefault("IMS_BIN", "ims");
        List<String> command = new ArrayList<>(List.of(ims, "emulator", "serve", "--exit-with-stdin"));
        command.addAll(List.of(flags));
        // It ends when its stdin closes: also if the tests end without close().
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the emulator ended before it was ready");
        }
        ready = JsonParser.parseString(line).getAsJsonObject();
    }

    /** Returns a value of the line that says that the emulator is ready. */
    String ready(String name) {
        return ready.get(name).getAsString();
    }

    URI url() {
        return URI.create(ready("url"));
    }

    ServiceCredentials credentials() throws IOException {
        return ServiceCredentials.read(Path.of(ready("credentials")));
    }

    /** Sends a request to a control endpoint, and returns its answer. */
    JsonElement control(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url().resolve("/_emu/" + path))
                .method(method, BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new AssertionError(method + " " + path + ": " + response.body());
        }
        return JsonParser.parseString(response.body());
    }

    /** Fails the test if the emulator got other requests than expected. */
    void verify(String expected) throws IOException, InterruptedException {
        control("POST", "verify", expected);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.outputWriter().close();
        process.waitFor();
    }
}

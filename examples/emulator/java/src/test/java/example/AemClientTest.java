package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AemClientTest {
    private static Emulator emulator;
    private final List<Duration> pauses = new ArrayList<>();
    private AemClient client;

    @BeforeAll
    static void start() throws Exception {
        emulator = new Emulator();
    }

    @AfterAll
    static void stop() throws Exception {
        if (emulator != null) {
            emulator.close();
        }
    }

    @BeforeEach
    void reset() throws Exception {
        emulator.control("POST", "reset", "");
        // As an administrator of AEM does it.
        String account = emulator.ready("technical_account_id");
        emulator.control("PUT", "aem/rights/" + account, """
                {"groups": ["forms-users"]}""");
        client = new AemClient(
                emulator.credentials(), emulator.url(), emulator.url(), Clock.systemUTC(), pauses::add);
    }

    @Test
    void oneTokenServesManyCalls() throws Exception {
        client.assets();
        JsonObject folder = client.assets();
        assertEquals("assets/folder", folder.getAsJsonArray("class").get(0).getAsString());
        emulator.verify("""
                {"path": "/ims/exchange/jwt", "at_most": 1}""");
        emulator.verify("""
                {"path": "/api/assets.json", "status": 200, "exactly": 2}""");
    }

    @Test
    void outageOfImsIsSurvived() throws Exception {
        emulator.control("POST", "faults", """
                {"when": {"path": "/ims/exchange/jwt", "times": 2}, "then": [{"status": 503}]}""");
        client.assets();
        assertEquals(List.of(Duration.ofSeconds(1), Duration.ofSeconds(2)), pauses);
        emulator.verify("""
                {"path": "/ims/exchange/jwt", "status": 503, "exactly": 2}""");
        emulator.verify("""
                {"path": "/ims/exchange/jwt", "status": 200, "exactly": 1}""");
    }

    @Test
    void refusalIsNotRepeated() throws Exception {
        emulator.control("POST", "faults", """
                {"when": {"path": "/ims/exchange/jwt"}, "then": [{"ims_error": "invalid_client"}]}""");
        IOException error = assertThrows(IOException.class, client::assets);
        assertTrue(error.getMessage().contains("invalid_client"), error.getMessage());
        emulator.verify("""
                {"path": "/ims/exchange/jwt", "exactly": 1}""");
    }

    @Test
    void expiredTokenIsReplaced() throws Exception {
        client.assets();
        emulator.control("POST", "clock/advance", """
                {"seconds": 86400}""");
        client.assets();
        emulator.verify("""
                {"path": "/ims/exchange/jwt", "exactly": 2}""");
        emulator.verify("""
                {"path": "/api/assets.json", "status": 401, "exactly": 1}""");
    }

    @Test
    void exchangeHasTheDocumentedFieldsAndItsTokenGoesToAem() throws Exception {
        client.assets();
        JsonArray requests =
                emulator.control("GET", "requests", "").getAsJsonObject().getAsJsonArray("requests");
        JsonObject exchange = requests.get(0).getAsJsonObject();
        JsonObject call = requests.get(1).getAsJsonObject();
        TreeSet<String> names = new TreeSet<>();
        exchange.getAsJsonArray("fields").forEach(field -> names.add(field.getAsJsonObject().get("name").getAsString()));
        assertEquals(new TreeSet<>(List.of("client_id", "client_secret", "jwt_token")), names);
        assertEquals(emulator.ready("client_id"), exchange.get("client_id").getAsString());
        assertEquals(exchange.get("token_id"), call.get("token_id"));
    }
}

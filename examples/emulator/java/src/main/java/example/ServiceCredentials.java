package example;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;

/** The credentials of a technical account, as AEM's Developer Console hands them out. */
public final class ServiceCredentials {
    /** The beginning of PKCS#8 that says that an RSA key in PKCS#1 follows. */
    private static final byte[] RSA_IN_PKCS8 = HexFormat.of().parseHex("020100300d06092a864886f70d0101010500");

    private final JsonObject integration;

    public ServiceCredentials(String document) {
        integration = JsonParser.parseString(document).getAsJsonObject().getAsJsonObject("integration");
    }

    public static ServiceCredentials read(Path file) throws IOException {
        return new ServiceCredentials(Files.readString(file));
    }

    String clientId() {
        return integration.getAsJsonObject("technicalAccount").get("clientId").getAsString();
    }

    String clientSecret() {
        return integration.getAsJsonObject("technicalAccount").get("clientSecret").getAsString();
    }

    /** Returns the base URL of IMS. */
    String ims() {
        return "https://" + integration.get("imsEndpoint").getAsString();
    }

    /** Returns a JWT that is valid for five minutes. */
    String assertion(Instant now) throws GeneralSecurityException {
        JsonObject claims = new JsonObject();
        claims.addProperty("iss", integration.get("org").getAsString());
        claims.addProperty("sub", integration.get("id").getAsString());
        claims.addProperty("aud", ims() + "/c/" + clientId());
        claims.addProperty("exp", now.getEpochSecond() + 300);
        for (String metascope : integration.get("metascopes").getAsString().split(",")) {
            claims.addProperty(ims() + "/s/" + metascope, true);
        }
        String signed = base64("{\"alg\":\"RS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8))
                + "." + base64(claims.toString().getBytes(StandardCharsets.UTF_8));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(privateKey());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + base64(signature.sign());
    }

    /** Java reads PKCS#8 only, and the console hands out PKCS#1, so this puts one into the other. */
    private PrivateKey privateKey() throws GeneralSecurityException {
        String pem = integration.get("privateKey").getAsString();
        byte[] key = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        if (pem.contains("BEGIN RSA PRIVATE KEY")) {
            key = der(0x30, RSA_IN_PKCS8, der(0x04, key));
        }
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(key));
    }

    /** Returns a value of ASN.1 in DER, whose length takes two bytes. */
    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        value.write(tag);
        value.write(0x82);
        value.write(content.size() >> 8);
        value.write(content.size());
        value.writeBytes(content.toByteArray());
        return value.toByteArray();
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}

import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** Fetches a URL with both clients of Java, and prints the statuses. With arguments, the proxy gets user and password. */
public class Fetch {
    public static void main(String[] arguments) throws Exception {
        URI uri = URI.create(arguments[0]);
        HttpClient.Builder client = HttpClient.newBuilder();
        if (arguments.length > 1) {
            Authenticator authenticator = new Authenticator() {
                @Override
                protected PasswordAuthentication getPasswordAuthentication() {
                    return new PasswordAuthentication(arguments[1], arguments[2].toCharArray());
                }
            };
            Authenticator.setDefault(authenticator);
            client.authenticator(authenticator);
        }
        int old = ((HttpURLConnection) uri.toURL().openConnection()).getResponseCode();
        int current = client.build().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding()).statusCode();
        System.out.println(old + " " + current);
    }
}

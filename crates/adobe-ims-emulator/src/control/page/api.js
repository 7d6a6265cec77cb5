// Requests to the remote control.

export async function call(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  const response = await fetch(`/_emu/${path}`, options);
  const text = await response.text();
  const answer = text ? JSON.parse(text) : null;
  if (!response.ok) {
    throw new Error(answer?.error_description ?? `The emulator answered with ${response.status}.`);
  }
  return answer;
}

export const get = (path) => call("GET", path);

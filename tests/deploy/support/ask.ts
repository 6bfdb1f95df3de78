import { type IncomingHttpHeaders, request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Question {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Ask exactly this: `fetch` and browsers tidy a path up before they send it. */
export function ask(
  url: string,
  path: string,
  { method, headers = {}, body }: Question = {},
): Promise<Answer> {
  const { protocol, hostname, port, host } = new URL(url);
  const isSecure = protocol === "https:";
  return new Promise((resolve, reject) => {
    const asked = (isSecure ? requestSecure : requestPlain)(
      {
        host: "127.0.0.1",
        port,
        path,
        method: method ?? (body === undefined ? "GET" : "POST"),
        headers: { Host: host, ...headers },
        agent: false,
        // A certificate of the door's own making is known to nobody.
        ...(isSecure && { servername: hostname, rejectUnauthorized: false }),
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
        );
      },
    );
    asked.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text: "" });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

/** What a WebSocket client asks with. */
export const UPGRADE = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};

// Calls of the API with the key of the session at hand. The key is kept here, in memory, and nowhere else.
//
//   api.get(path, query)   api.post(path, body)   api.patch(path, body)   api.del(path)
//
// A path is relative to the API's own address: "api/agent/career-health". What is not a success is an ApiError.

export const apiBase = new URL("../", document.baseURI);

let key = null;
let onSessionEnd = () => {};

export function useKey(value, whenItEnds = () => {}) {
  key = value;
  onSessionEnd = whenItEnds;
}

export class ApiError extends Error {
  constructor(status, problem, retryAfter, headers) {
    super(problem.detail);
    this.status = status;
    this.code = problem.code;
    this.detail = problem.detail;
    this.errors = problem.errors ?? [];
    this.requestId = problem.request_id ?? headers?.get("x-request-id") ?? null;
    this.retryAfter = retryAfter;
  }
}

const OFFLINE = { code: "offline", detail: "You seem to be offline. Check the connection and try again." };
const UNREADABLE = { code: "unreadable", detail: "The service gave an answer that this page cannot read. Try again." };

export async function call(method, path, body, options = {}) {
  const headers = { Accept: "application/json" };
  if (key && !options.withoutKey) headers.Authorization = `Bearer ${key}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const { keepalive = false } = options;
    response = await fetch(new URL(path, apiBase), { method, headers, body: sent, keepalive, cache: "no-store" });
  } catch {
    throw new ApiError(0, OFFLINE, null);
  }
  const document = response.status === 204 ? null : await response.json().catch(() => null);
  if (response.ok) {
    if (document && typeof document === "object") Object.defineProperty(document, "headers", { value: response.headers });
    return document;
  }
  if (response.status === 401 && key && !options.withoutKey) onSessionEnd();
  const retryAfter = Number.parseInt(response.headers.get("retry-after") ?? "", 10) || null;
  throw new ApiError(response.status, document?.detail ? document : UNREADABLE, retryAfter, response.headers);
}

const asQuery = (query) => {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return given.length ? `?${new URLSearchParams(given)}` : "";
};

export const api = {
  get: (path, query) => call("GET", path + asQuery(query)),
  post: (path, body = {}) => call("POST", path, body),
  patch: (path, body, options) => call("PATCH", path, body, options),
  del: (path) => call("DELETE", path),
};

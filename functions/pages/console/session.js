// Sign-in: authorization code with PKCE. The browser makes state, nonce and verifier; the server exchanges the code.
//
// The key of the session is handed to api.js and kept in memory. After a reload the identity provider's own session
// signs the person in again, without a question.

import { api, call, useKey } from "./api.js";

const PENDING = "sign-in";
const SIGNED_IN = "signed-in";
export const base = new URL(document.baseURI);

const random = (bytes) => urlSafe(crypto.getRandomValues(new Uint8Array(bytes)));
const urlSafe = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// Where the person is, relative to the console: what to come back to.
const here = () => location.href.startsWith(base.href) ? location.href.slice(base.href.length) : "";

export async function signIn(back = here()) {
  const where = await call("GET", "console/api/sign-in", undefined, { withoutKey: true });
  const pending = { state: random(24), nonce: random(24), verifier: random(48), back: back.split("#")[0] };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(pending.verifier));
  const query = new URLSearchParams({
    response_type: "code",
    client_id: where.client_id,
    redirect_uri: base.href,
    scope: where.scope,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: urlSafe(new Uint8Array(digest)),
    code_challenge_method: "S256",
  });
  location.assign(`${where.authorize_url}?${query}`);
  return new Promise(() => {}); // the page is going away
}

// The session, or null for somebody who has to sign in. Throws an ApiError when signing in fails.
export async function restore() {
  const given = new URLSearchParams(location.search);
  if (given.has("code") || given.has("error")) return finish(given);
  if (localStorage.getItem(SIGNED_IN)) return signIn();
  return null;
}

async function finish(given) {
  const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? "null");
  sessionStorage.removeItem(PENDING);
  const back = pending && given.get("state") === pending.state ? pending.back : "";
  history.replaceState(null, "", new URL(safe(back), base)); // the code leaves the address before anything else happens
  if (!pending || given.get("state") !== pending.state || given.has("error")) {
    localStorage.removeItem(SIGNED_IN);
    return null;
  }
  const body = { code: given.get("code"), code_verifier: pending.verifier, nonce: pending.nonce };
  try {
    const session = await call("POST", "console/api/session", body, { withoutKey: true });
    localStorage.setItem(SIGNED_IN, "1");
    return session;
  } catch (error) {
    localStorage.removeItem(SIGNED_IN);
    throw error;
  }
}

// An address within the console and nothing else: no scheme, no other host.
const safe = (back) => (new URL(back || "", base).href.startsWith(base.href) ? back : "");

export const changeTeam = (id) => api.post("console/api/session/team", { team_id: id });

export async function signOut() {
  localStorage.removeItem(SIGNED_IN);
  const where = await call("GET", "console/api/sign-in", undefined, { withoutKey: true }).catch(() => null);
  await api.del("console/api/session").catch(() => {});
  useKey(null);
  if (!where) return location.assign(base);
  const query = new URLSearchParams({ client_id: where.client_id, logout_uri: base.href });
  location.assign(`${where.sign_out_url}?${query}`);
}

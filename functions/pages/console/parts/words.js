// Values of the API in the words that people read.

export const FITS = { strong_fit: "Strong fit", maybe: "Maybe", misfit: "Misfit" };
export const ACTIONS = { auto_replied: "Answered by the agent", drafted: "Draft waiting for you", declined: "Declined by the agent" };

// In the order of the funnel, then the ways in which a thread ends.
export const OUTCOMES = {
  screening_scheduled: "Screening scheduled",
  interviewed: "Interviewed",
  offered: "Offer received",
  accepted: "Accepted",
  no_response: "No response",
  ghosted: "Ghosted",
  declined_by_candidate: "Declined by me",
  declined_by_company: "Declined by company",
  withdrew: "Withdrew",
};

const numbers = new Intl.NumberFormat("en");
const dates = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });
const times = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export const number = (value) => numbers.format(value);
export const percent = (rate) => (rate === null || rate === undefined ? "–" : `${Math.round(rate * 100)} %`);
export const date = (text) => (text ? dates.format(new Date(text)) : "–");
export const time = (text) => (text ? times.format(new Date(text)) : "–");
// A part of an address, as written if it is no valid encoding.
export function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);
export const topic = (name) => topics([name]);
export const topics = (names) => sentence(names.join(", ").replaceAll("_", " "));
export const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;

export function waiting(since, now = Date.now()) {
  const days = Math.floor((now - new Date(since)) / 86_400_000);
  return days < 1 ? "waiting since today" : `waiting ${plural(days, "day")}`;
}

// The quarter of a moment as the API writes it, and those before it, the latest first.
export function quarters(count, now = new Date()) {
  const last = now.getUTCFullYear() * 4 + Math.floor(now.getUTCMonth() / 3);
  return Array.from({ length: count }, (_, n) => `${Math.floor((last - n) / 4)}-Q${((last - n) % 4) + 1}`);
}

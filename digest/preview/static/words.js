// Numbers, instants and sizes in words.

const whole = new Intl.NumberFormat("en");

export const count = (value, one, many = one + "s") => `${whole.format(value)} ${value === 1 ? one : many}`;

export const number = (value) => whole.format(value);

export const bytes = (value) => `${whole.format(value)} bytes`;

export const percent = (share) => (share > 0 && share < 0.01 ? "< 1 %" : `${Math.round(share * 100)} %`);

/** Date and time in the digest's zone; the time alone where it falls on `day`. */
export function instant(iso, zone, day = "") {
  const moment = new Date(iso);
  if (!iso || Number.isNaN(moment.getTime())) return "";
  const time = within(zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(moment);
  const date = within(zone, { year: "numeric", month: "2-digit", day: "2-digit" }, "sv").format(moment);
  return date === day ? time : `${within(zone, { day: "numeric", month: "short" }).format(moment)}, ${time}`;
}

export const longDay = (day) =>
  new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(
    new Date(`${day}T00:00:00Z`),
  );

function within(zone, parts, locale = "en-GB") {
  try {
    return new Intl.DateTimeFormat(locale, { ...parts, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat(locale, { ...parts, timeZone: "UTC" }); // a zone this browser does not know
  }
}

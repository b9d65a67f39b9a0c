const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Least and greatest value of each field, and the names that some values have. */
const fields: readonly {
  readonly least: number;
  readonly most: number;
  readonly names?: readonly string[];
}[] = [
  { least: 0, most: 59 },
  { least: 0, most: 23 },
  { least: 1, most: 31 },
  { least: 1, most: 12, names: MONTHS },
  { least: 0, most: 6, names: DAYS },
];

/**
 * Whether a text is a schedule that a CronJob takes: minute, hour, day of month, month and day of week
 * (https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax).
 */
export function isSchedule(text: string): boolean {
  const parts = text.split(" ");
  return (
    parts.length === fields.length &&
    fields.every((_, index) => (parts[index] ?? "").split(",").every((range) => isRange(range, index)))
  );
}

/** `*`, `5`, `mon-fri`, and each with a step: `*` + `/15`. */
function isRange(text: string, index: number): boolean {
  const [range = "", step, ...rest] = text.split("/");
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
  if (range === "*") return true;
  const ends = range.split("-").map((end) => valueOf(end, index));
  const [from, to = from] = ends;
  return (
    ends.length <= 2 && from !== undefined && to !== undefined && !ends.includes(undefined) && from <= to
  );
}

function valueOf(text: string, index: number): number | undefined {
  const { least, most, names = [] } = fields[index] ?? { least: 0, most: -1 };
  const named = names.indexOf(text.toLowerCase());
  const value = named >= 0 ? named + least : /^\d+$/.test(text) ? Number(text) : undefined;
  return value !== undefined && value >= least && value <= most ? value : undefined;
}

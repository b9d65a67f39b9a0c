import { z } from "zod";

/** A schema for every field of a type, and for no other: so a new field cannot be forgotten in a shape. */
export type Fields<T> = Record<keyof T, z.ZodType>;

// The message of each schema is what a contradiction says to be allowed there.
export const text = z.string("a text");
export const number = z.number("a number");
export const anyObject = z.looseObject({}, "an object");
export const pair = z.tuple([text, text], "a pair: request and limit");

export function list(of: z.ZodType): z.ZodType {
  return z.array(of, "a list");
}

export function record(of: z.ZodType): z.ZodType {
  return z.record(z.string(), of, "an object with a field for each name");
}

export const words = list(text).optional();

/** An object with these fields and no others. */
export function object(fields: Readonly<Record<string, z.ZodType>>): z.ZodType {
  const known = Object.keys(fields).join(", ");
  return z.strictObject(fields, {
    error: ({ code }) => (code === "unrecognized_keys" ? known : "an object"),
  });
}

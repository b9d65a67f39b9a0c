/** A kind of credential that is known by its form. */
interface Form {
  /** For a message, with its article. */
  readonly name: string;
  /** Written so that JavaScript and RE2, the API server's, read it alike; bounded, for values may be long. */
  readonly pattern: string;
}

/** Forms that hardly anything else has. */
const forms: readonly Form[] = [
  { name: "an AWS access key", pattern: "\\b(AKIA|ASIA)[A-Z2-7]{16}\\b" },
  { name: "a private key", pattern: "-----BEGIN ([A-Z0-9]{1,20} ){0,3}PRIVATE KEY( BLOCK)?-----" },
  {
    name: "a JSON web token",
    pattern: "\\beyJ[A-Za-z0-9_-]{8,}[.]eyJ[A-Za-z0-9_-]{8,}[.][A-Za-z0-9_-]{16,}",
  },
  // A password that is put in later begins with a sign of its own: $(PASSWORD), <password>, {{ ... }}, %s, ***.
  {
    name: "a URL with a password",
    pattern: "://[^/?#:@ \\t\\r\\n\"'`]{0,100}:[^/?#:@ \\t\\r\\n\"'`$<{*%][^/?#@ \\t\\r\\n\"'`]{0,200}@",
  },
  {
    name: "a token of a code host",
    pattern: "\\b(gh[opsur]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22}|glpat-[A-Za-z0-9_-]{20})",
  },
  { name: "a token of a package registry", pattern: "\\bnpm_[A-Za-z0-9]{36}\\b" },
  {
    name: "a token of Slack",
    pattern: "\\bxox[abeoprs]-[A-Za-z0-9-]{10,}|hooks[.]slack[.]com/services/T[A-Z0-9]+/B",
  },
  { name: "a live key of Stripe", pattern: "\\b[rs]k_live_[A-Za-z0-9]{16,}" },
];
const compiled = forms.map(({ name, pattern }) => ({ name, form: new RegExp(pattern) }));

/** All forms as one pattern. */
export const credentialPattern = forms.map(({ pattern }) => `(${pattern})`).join("|");

/** What a text holds that looks like a credential, with its article; undefined for none. */
export function credentialIn(text: string): string | undefined {
  return compiled.find(({ form }) => form.test(text))?.name;
}

/**
 * Pattern of names that end in a word for a secret, in lower case. What only speaks of one ends otherwise: `TOKEN_TTL`,
 * `PASSWORD_FILE`, `SECRET_NAME`.
 */
export const secretNamePattern =
  "(password|passwd|passphrase|secret|token|credentials?|[_.-]pwd|[_.-]pass|(api|private|secret|access|encryption|signing|master)[_.-]?key)$";
const secretName = new RegExp(secretNamePattern);

/** Pattern of names of what is public, whatever it is called, in lower case: `NEXT_PUBLIC_API_KEY`. */
export const publicNamePattern = "(^|[_.-])public([_.-]|$)";
const publicName = new RegExp(publicNamePattern);

/** Whether what has the name is a secret. */
export function isSecretName(name: string): boolean {
  const lower = name.toLowerCase();
  return secretName.test(lower) && !publicName.test(lower);
}

/**
 * Pattern of values that are no secret, whatever their name: nothing, a switch, a reference to another variable, a path
 * or the ARN of where the secret stands.
 */
export const harmlessPattern = [
  "^$",
  "^([Tt]rue|TRUE|[Ff]alse|FALSE|yes|no|on|off|none|null|enabled|disabled)$",
  "^[$]([(][A-Za-z0-9_.-]+[)]|[{][^}]*[}])$",
  "^(file:)?[.]{0,2}(/[A-Za-z0-9_.-]+){2,}$",
  "^arn:aws[a-z-]*:",
].join("|");
const harmless = new RegExp(harmlessPattern);

/** Whether a value cannot be a secret. */
export function isHarmless(value: string): boolean {
  return harmless.test(value);
}

/** File of the templates, beside the configuration. */
export const TEMPLATES = "slipway.tmpl";

const names = ["title", "runbook", "color", "chat", "text", "html"] as const;
type Template = (typeof names)[number];

/** The use of a template. */
export function template(name: Template): string {
  return `{{ template "slipway.${name}" . }}`;
}

/** Most alerts of a group that one message tells of: Slack cuts long texts off. */
const MOST = 10;

/**
 * The texts of all messages: what is wrong, what it means and where its runbook is. Alerts of a group have their name in
 * common, and with it the runbook.
 *
 * @param stage told in every title, for stages share channels.
 */
export function templates(stage: string): string {
  const texts: Readonly<Record<Template, string>> = {
    title:
      `[${stage}] {{ .Status | toUpper }}{{ if eq .Status "firing" }} {{ .Alerts.Firing | len }}{{ end }}: ` +
      "{{ .CommonLabels.severity }} {{ .GroupLabels.alertname }}{{ with .CommonLabels.system }} of {{ . }}{{ end }}",
    runbook: "{{ .CommonAnnotations.runbook_url }}",
    color:
      '{{ if ne .Status "firing" }}good{{ else if eq .CommonLabels.severity "critical" }}danger{{ else }}warning{{ end }}',
    chat:
      each("*{{ $a.Annotations.summary }}*\n{{ $a.Annotations.description }}\n") +
      "<{{ .CommonAnnotations.runbook_url }}|Runbook>",
    text:
      each(
        "{{ $a.Status | toUpper }}: {{ $a.Annotations.summary }}\n{{ $a.Annotations.description }}\n" +
          "{{ range $a.Labels.SortedPairs }}{{ .Name }}={{ .Value }} {{ end }}\n\n",
      ) + "Runbook: {{ .CommonAnnotations.runbook_url }}\n",
    html:
      each(
        "<p><b>{{ $a.Status | toUpper }}: {{ $a.Annotations.summary }}</b><br>{{ $a.Annotations.description }}<br>" +
          "<small>{{ range $a.Labels.SortedPairs }}{{ .Name }}={{ .Value }} {{ end }}</small></p>\n",
      ) + '<p><a href="{{ .CommonAnnotations.runbook_url }}">Runbook</a></p>\n',
  };
  return names.map((name) => `{{ define "slipway.${name}" }}${texts[name]}{{ end }}\n`).join("");
}

function each(text: string): string {
  return (
    `{{ range $i, $a := .Alerts }}{{ if lt $i ${MOST} }}${text}{{ end }}{{ end }}` +
    `{{ if gt (len .Alerts) ${MOST} }}The first ${MOST} of {{ len .Alerts }}.\n{{ end }}`
  );
}

/** Folder of the configuration, and the file in it. */
export const CONFIG = "/etc/alloy";
export const CONFIG_FILE = "config.alloy";
/** Name of the volume that has it. */
export const CONFIG_VOLUME = "config";
/** Where Alloy writes. */
export const ALLOY_DATA = "/var/lib/alloy/data";
/** User and group `alloy` of the image, which as a rule runs as root. */
export const ALLOY_USER = 473;

/** What every Alloy is started with: nothing of it is told to anybody outside, nor to who happens to reach its port. */
export function alloyArguments(port: number): readonly string[] {
  return [
    "run",
    `${CONFIG}/${CONFIG_FILE}`,
    `--server.http.listen-addr=0.0.0.0:${port}`,
    `--storage.path=${ALLOY_DATA}`,
    "--server.http.enable-pprof=false",
    "--disable-support-bundle",
    "--disable-reporting",
  ];
}

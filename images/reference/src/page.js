// What the page of the reference service runs in a browser: it measures what KOVA's and DAIRA's documents ask of a page,
// and sends what happened since it last did as OTLP over HTTP (https://opentelemetry.io/docs/specs/otlp/#otlphttp) to its
// own host. The platform takes of it what the system's spec names.
(() => {
  const ADDRESS = "/telemetry/v1/metrics";
  const EVERY_MS = 15_000;
  // Those of docs/monitoring.md: buckets with other bounds are dropped.
  const PAGE_MS = [100, 300, 500, 1000, 1500, 2000, 2500, 3000, 4000, 5000, 7500, 10_000, 30_000];
  const INTERACTION_MS = [8, 16, 50, 100, 200, 300, 500, 1000, 2500, 5000];
  const SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
  // Of OTLP's enumeration: what happened since the last time, for what other pages sent is added to it.
  const DELTA = 1;
  /** Shortest interaction that the browser tells of; the least that it allows. */
  const SHORTEST_MS = 16;

  const started = nanoseconds();
  let since = started;
  /** What was measured since then, by name and attributes. */
  let counters = new Map();
  let histograms = new Map();

  function count(name, attributes = {}) {
    const key = JSON.stringify([name, attributes]);
    const seen = counters.get(key) ?? { name, attributes, value: 0 };
    counters.set(key, { ...seen, value: seen.value + 1 });
  }

  function observe(name, bounds, value, attributes = {}) {
    const key = JSON.stringify([name, attributes]);
    const seen = histograms.get(key) ?? {
      ...{ name, bounds, attributes, sum: 0 },
      counts: Array(bounds.length + 1).fill(0),
    };
    const bucket = bounds.findIndex((bound) => value <= bound);
    seen.counts[bucket === -1 ? bounds.length : bucket] += 1;
    seen.sum += value;
    histograms.set(key, seen);
  }

  function nanoseconds() {
    return `${Math.round(performance.timeOrigin + performance.now())}000000`;
  }

  function list(attributes) {
    return Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } }));
  }

  /** Everything that was measured, as one request; undefined when nothing was. */
  function request() {
    const now = nanoseconds();
    const times = (attributes) => ({
      attributes: list(attributes),
      startTimeUnixNano: since,
      timeUnixNano: now,
    });
    const metrics = [
      ...[...counters.values()].map(({ name, attributes, value }) => ({
        name,
        sum: {
          aggregationTemporality: DELTA,
          isMonotonic: true,
          dataPoints: [{ ...times(attributes), asDouble: value }],
        },
      })),
      ...[...histograms.values()].map(({ name, bounds, attributes, sum, counts }) => ({
        name,
        histogram: {
          aggregationTemporality: DELTA,
          dataPoints: [
            {
              ...times(attributes),
              ...{ sum, explicitBounds: bounds },
              // 64-bit integers are texts in the JSON form of protocol buffers.
              count: String(counts.reduce((total, one) => total + one, 0)),
              bucketCounts: counts.map(String),
            },
          ],
        },
      })),
    ];
    if (metrics.length === 0) return undefined;
    [counters, histograms, since] = [new Map(), new Map(), now];
    return { resourceMetrics: [{ resource: {}, scopeMetrics: [{ scope: {}, metrics }] }] };
  }

  function send() {
    const body = request();
    if (body === undefined) return;
    // `keepalive` lets it go on when the page has gone. What cannot be sent is dropped: it is one page among many.
    fetch(ADDRESS, {
      method: "POST",
      keepalive: true,
      credentials: "omit",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }).catch(() => undefined);
  }

  /** What lies deeper than two segments is mostly an id. */
  function route() {
    return `/${location.pathname.split("/").filter(Boolean).slice(0, 2).join("/")}`;
  }

  function measureHeap() {
    const { memory } = performance;
    if (memory?.jsHeapSizeLimit > 0)
      observe("memory_used_ratio", SHARES, memory.usedJSHeapSize / memory.jsHeapSizeLimit);
  }

  // A session lasts as long as its tab.
  try {
    if (sessionStorage.getItem("slipway-session") === null) {
      sessionStorage.setItem("slipway-session", started);
      count("user_sessions");
    }
  } catch {
    // Without storage there are no sessions to tell apart.
  }

  addEventListener(
    "error",
    (event) => {
      const source = event.target?.src ?? event.target?.href;
      if (typeof source === "string") {
        const name = new URL(source, location.href).pathname.split("/").pop();
        count("chunk_load_failures", { chunkName: name.replace(/\.[^.]*$/, "") });
      } else {
        count("javascript_errors");
      }
    },
    // Failures to load do not rise.
    true,
  );
  addEventListener("unhandledrejection", () => count("javascript_errors"));

  if (PerformanceObserver.supportedEntryTypes.includes("event")) {
    new PerformanceObserver((seen) => {
      for (const { duration, interactionId, name } of seen.getEntries()) {
        if (!interactionId) continue;
        const action = name.startsWith("key") ? "keyboard" : "pointer";
        observe("user_interaction_time", INTERACTION_MS, duration, { action });
      }
    }).observe({ type: "event", durationThreshold: SHORTEST_MS, buffered: true });
  }

  addEventListener("load", () => {
    // Its own end is known only after the event.
    setTimeout(() => {
      const [navigation] = performance.getEntriesByType("navigation");
      if (navigation !== undefined)
        observe("page_load_time", PAGE_MS, navigation.duration, { route: route() });
      measureHeap();
      send();
    });
  });
  setInterval(() => {
    measureHeap();
    send();
  }, EVERY_MS);
  addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") send();
  });
})();

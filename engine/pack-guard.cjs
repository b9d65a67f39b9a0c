// Loaded before a policy pack: it must not outlive a killed engine, which is its parent for as long as it lives.
const engine = process.ppid;
setInterval(() => {
  if (process.ppid !== engine) process.exit();
}, 1000).unref();

module slipway.dev/tools/alertmanager

go 1.24

// Built in a copy of the module itself, by its own go.mod and go.sum; go.sum here pins the module.
require github.com/prometheus/alertmanager v0.34.2

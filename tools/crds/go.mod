module slipway.dev/tools/crds

go 1.24

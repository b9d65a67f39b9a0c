module slipway.dev/tools/crds

go 1.24

// Only files of these modules are read, so what they depend on is left out; go.sum pins the modules themselves.
require (
	github.com/cert-manager/cert-manager v1.21.2
	github.com/envoyproxy/gateway v1.9.1
	github.com/prometheus-operator/prometheus-operator v0.93.1
	sigs.k8s.io/gateway-api v1.6.1
	sigs.k8s.io/karpenter v1.14.0
)

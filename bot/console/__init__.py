"""The port for watchers: `/healthz` and `/metrics`."""

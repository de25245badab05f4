"""The keys under which the runner puts our own objects into nameko's config."""

BUS = "TRACKLINE_BUS"
READINESS = "TRACKLINE_READINESS"
SETTINGS = "TRACKLINE_SETTINGS"
WIRING = "TRACKLINE_WIRING"

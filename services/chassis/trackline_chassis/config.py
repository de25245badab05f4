"""Keys of our own objects in nameko's config, where the runner puts them."""

BUS = "TRACKLINE_BUS"
READINESS = "TRACKLINE_READINESS"
SETTINGS = "TRACKLINE_SETTINGS"
WIRING = "TRACKLINE_WIRING"

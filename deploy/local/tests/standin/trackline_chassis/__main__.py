from serve import serve

serve("TRACKLINE_HEALTH_PORT")

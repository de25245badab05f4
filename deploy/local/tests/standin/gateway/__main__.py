from serve import serve

serve("TRACKLINE_PORT")

from serve import serve

serve("TRACKLINE_MAILBOX_PORT")

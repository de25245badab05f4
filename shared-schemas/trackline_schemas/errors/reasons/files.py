"""Uploads."""

from trackline_schemas.errors.reason import Reason

FILE_EMPTY = Reason("file_empty", "invalid", "The file is empty.")
UPLOAD_UNKNOWN = Reason("upload_unknown", "invalid", "You have no upload with this id. Upload the file again.")
FILE_TOO_LARGE = Reason(
    "file_too_large",
    "too_large",
    "Files are limited to {megabytes} MB. Share a larger one by a link.",
)
FILE_IS_PROGRAM = Reason(
    "file_is_program",
    "unsupported_media_type",
    "{name} is a program file, and program files are not accepted. If you have to send it, put it into an archive.",
)
FILE_HOLDS_PROGRAM = Reason(
    "file_holds_program",
    "unsupported_media_type",
    "{name} holds {part}, which may run when it is opened. Take that out, and send it separately or in a .zip archive.",
)
FILE_HOLDS_TOO_MUCH = Reason(
    "file_holds_too_much",
    "too_large",
    "{name} holds more than Trackline can look through, so it was not accepted. Send it in a .zip archive.",
)
FILE_NOT_JUDGED = Reason(
    "file_not_judged",
    "unavailable",
    "Trackline cannot look through {name} at the moment, so it was not accepted. Try again in a minute.",
)
TOO_MANY_FILES = Reason(
    "too_many_files",
    "unavailable",
    "Trackline has too many files to look through at the moment, so this one was not accepted. Try again in a minute.",
)
FILE_IS_INFECTED = Reason(
    "file_is_infected",
    "unsupported_media_type",
    "The virus scanner found malware in {name}, so the file was not accepted.",
)
FILE_TOO_LARGE_TO_SCAN = Reason(
    "file_too_large_to_scan",
    "too_large",
    "The virus scanner takes no files as large as {name}, so the file was not accepted. Share it by a link.",
)
SCANNER_DOWN = Reason(
    "scanner_down",
    "unavailable",
    "The virus scanner does not answer, so no files are accepted. Send the message without a file, or try again later.",
)
UPLOAD_IS_MULTIPART = Reason(
    "upload_is_multipart",
    "unsupported_media_type",
    "Send the file itself as the body, as curl --data-binary @file does, and its name in the address.",
)
UPLOAD_ENDED_EARLY = Reason("upload_ended_early", "malformed", "The upload ended before the file did.")
UPLOADS_WAITING = Reason(
    "uploads_waiting",
    "throttled",
    "{most} of your uploads belong to no message yet. Send some, or wait a day.",
)
TOO_MANY_UPLOADS = Reason(
    "too_many_uploads",
    "throttled",
    "You may upload {most} files within an hour. Wait a while before you upload more.",
)
STORAGE_FULL = Reason(
    "storage_full",
    "too_large",
    "Your files may take {megabytes} MB in all, and this one is too much. Share it by a link, or ask an administrator.",
)
UPLOAD_CAME_TWICE = Reason(
    "upload_came_twice",
    "conflict",
    "The same file was uploaded again in the meantime, and that upload counts.",
)
FILES_NOT_DESCRIBED = Reason(
    "files_not_described",
    "internal",
    "The call names files that it does not describe: {key}.",
)
FILE_USE_FOR_SYSTEM_ONLY = Reason(
    "file_use_for_system_only",
    "forbidden",
    "Only Trackline itself may ask which files are in use.",
)

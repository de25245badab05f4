"""The import of people from a CSV file."""

from trackline_schemas.errors.reason import Reason

IMPORT_ALREADY_STARTED = Reason("import_already_started", "conflict", "This import was started already.")
CSV_QUOTE_NOT_CLOSED = Reason(
    "csv_quote_not_closed",
    "invalid",
    "The quotation mark in line {line} is never closed. Close it, or double it if it belongs to the text.",
)
NOT_A_CSV_FILE = Reason(
    "not_a_csv_file",
    "invalid",
    "Trackline cannot tell which letters line {line} contains. Choose the encoding of the file and upload it again, or"
    " save it as “CSV UTF-8”.",
)
FILE_IS_A_WORKBOOK = Reason(
    "file_is_a_workbook",
    "invalid",
    "This is a workbook of a spreadsheet. Save the sheet as “CSV UTF-8”.",
)
CSV_WITHOUT_ROWS = Reason(
    "csv_without_rows",
    "invalid",
    "The file needs a first row with titles and a row for each person.",
)
CSV_TOO_MANY_ROWS = Reason("csv_too_many_rows", "invalid", "The file has {rows} rows. Import at most {most} at a time.")
CSV_TOO_MANY_COLUMNS = Reason(
    "csv_too_many_columns",
    "invalid",
    "The file has more than {most} columns. Leave out the columns that are not needed.",
)
CSV_TOO_LARGE = Reason(
    "csv_too_large",
    "invalid",
    "The file has more than {megabytes} MB. Split it, or leave out columns.",
)
IMPORT_HAS_NO_FILE = Reason(
    "import_has_no_file",
    "invalid",
    "This import came as text, which has no encoding. Create another one from the file.",
)
IMPORT_NEEDS_A_FILE = Reason("import_needs_a_file", "invalid", "Send either `csv` or `file`. `encoding` is for `file`.")
COLUMN_NOT_CHOSEN = Reason("column_not_chosen", "invalid", "Say which column holds the {field}.")
IMPORT_FIELD_UNKNOWN = Reason("import_field_unknown", "invalid", "There is no field {name}. There are: {fields}.")
COLUMN_UNKNOWN = Reason("column_unknown", "invalid", "The file has no column “{column}”.")

ROW_NAME_MISSING = Reason("row_name_missing", "invalid", "The name is missing.")
ROW_EMAIL_MISSING = Reason("row_email_missing", "invalid", "The email address is missing.")
ROW_EMAIL_NOT_VALID = Reason("row_email_not_valid", "invalid", "“{value}” is not an email address.")
ROW_EMAIL_TWICE = Reason("row_email_twice", "invalid", "Row {value} has the same email address.")
ROW_LANGUAGE_NOT_VALID = Reason(
    "row_language_not_valid",
    "invalid",
    "“{value}” is not a language code such as de or en.",
)
ROW_TIME_ZONE_UNKNOWN = Reason(
    "row_time_zone_unknown",
    "invalid",
    "“{value}” is not a time zone such as Europe/Berlin.",
)
ROW_TEAM_NOT_ACTIVE = Reason("row_team_not_active", "invalid", "There is no active team “{value}”.")
ROW_TEXT_TOO_LONG = Reason("row_text_too_long", "invalid", "This is too long or contains a line break.")
ROW_WITH_TOO_MANY_CELLS = Reason(
    "row_with_too_many_cells",
    "invalid",
    "The row has {value} cells, which is more than there are columns.",
)
ROW_MAY_BE_SEVERAL = Reason(
    "row_may_be_several",
    "invalid",
    "This looks like several rows: a quotation mark in it is not closed. Close it, or double it if it belongs to the"
    " text. If the row is right, allow cells over several lines.",
)
ROW_LETTERS_LOST = Reason(
    "row_letters_lost",
    "invalid",
    "“{value}” contains the sign for a lost letter. Write the letter in its place.",
)
ROW_NOT_STORED = Reason("row_not_stored", "invalid", "The row could not be stored: {value}")
ROW_STOPPED_THE_IMPORT = Reason(
    "row_stopped_the_import",
    "invalid",
    "A fault of Trackline stopped the import here; its log says more. Upload the file again without this row: only"
    " people without an account will be added.",
)

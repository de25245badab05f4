"""The import of people from a CSV file."""

from trackline_schemas.errors.reason import Reason

IMPORT_ALREADY_STARTED = Reason("import_already_started", "conflict", "This import was started already.")
NOT_A_CSV_FILE = Reason("not_a_csv_file", "invalid", "This is not a CSV file: line {line} cannot be read.")
CSV_WITHOUT_ROWS = Reason(
    "csv_without_rows",
    "invalid",
    "The file needs a first row with titles and a row for each person.",
)
CSV_TOO_MANY_ROWS = Reason("csv_too_many_rows", "invalid", "The file has {rows} rows. Bring at most {most} at a time.")
COLUMN_NOT_CHOSEN = Reason("column_not_chosen", "invalid", "Say which column holds the {field}.")
IMPORT_FIELD_UNKNOWN = Reason("import_field_unknown", "invalid", "There is no field {name}. There are: {fields}.")
COLUMN_UNKNOWN = Reason("column_unknown", "invalid", "The file has no column “{column}”.")

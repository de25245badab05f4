"""All RPC methods. Arguments are passed by name. Arguments and results are the JSON forms of the named models."""

from collections.abc import Mapping

# Of every service that keeps records.
_RECORDS: Mapping[str, str] = {
    "create_record": "(kind, values) → the kind's view",
    "update_record": "(kind, id, values, if_match: IfMatch) → the kind's view",
    "record": "(kind, id) → the kind's view",
    "records": "(kind, query: PageQuery) → Page[the kind's view]",
    "record_changes": "(query: ChangesQuery) → Page[RecordChange]",
    "record_used_by": "(kind, id) → list[RecordUse]",
}

METHODS: Mapping[str, Mapping[str, str]] = {
    "tickets": {
        "create": "(command: CreateTicket, attachments: list[Attachment]) → TicketView",
        "update": "(number, command: UpdateTicket, if_match: IfMatch, attachments: list[Attachment]) → TicketView",
        "import_ticket": "(command: ImportTicket) → TicketImported",
        "purge": "(command: PurgeTickets) → TicketsPurged",
        "get": "(number, as_of: ISO instant | null) → TicketView",
        "get_many": "(asked: list[AskedTicket]) → list[TicketView | null], in the same order",
        "list": "(query: PageQuery) → Page[TicketView]",
        "count": "(filters: list[Filter], at_most: int) → list[int]",
        "tags": "(begins, size) → list[str]",
        "comments": "(number, size, after, newest_first: bool) → Page[Comment]",
        "attachment": "(number, id) → Attachment",
        "attached": "(ids: list[str]) → list[str]",
        "events": "(number, size, after, newest_first: bool) → Page[HistoryEntry]",
        "events_since": "(since: ISO instant, limit: int) → EventsSince",
        "find_by_ref": "(source, external_ref) → TicketView",
        "categories": "() → list[Category]",
        # for a gateway of the release before: this one calls create_record and update_record
        "create_category": "(command: CreateCategory) → Category",
        "update_category": "(id, command: UpdateCategory) → Category",
        **_RECORDS,
        "replay": "(consumer, from_ticket: str | null, only: list[str] | null) → {job_id}",
        "replay_status": "(job_id) → ReplayJob",
    },
    "notifications": {
        "inbox": "(query: InboxQuery) → Inbox",
        "mark_read": "(command: MarkRead) → {unread: int}",
        "deliveries": "(state: str | null, size, after) → Page[Delivery]",
        "mail_settings": "() → MailSettings",
        "update_mail_settings": "(command: UpdateMailSettings, if_match: IfMatch) → MailSettings",
        "send_test_mail": "() → Delivery",
        **_RECORDS,
    },
    "knowledge": {
        "create_article": "(command: CreateArticle) → ArticleView",
        "update_article": "(number, command: UpdateArticle, if_match: IfMatch) → ArticleView",
        "article": "(number) → ArticleView",
        "article_versions": "(number, size, after) → Page[ArticleVersion]",
        "article_version": "(number, version) → ArticleView",
        "restore_article": "(number, command: RestoreArticle, if_match: IfMatch) → ArticleView",
        "articles": "(query: PageQuery) → Page[ArticleView]",
        "search": "(query: SearchQuery) → SearchResults",
        "suggest": "(q, size) → SearchResults",
        "status": "() → SearchStatus",
        "rebuild": "() → SearchJob",
        "reconcile": "(dry_run: bool) → SearchJob",
        "replay": "() → SearchJob",
    },
    "analytics": {
        "summary": "(query: SummaryQuery) → Summary",
        "series": "(query: SeriesQuery) → Series",
        "tickets": "(query: CountedQuery) → Page[TicketFigures]",
        "rebuild": "() → {job_id}",
    },
}

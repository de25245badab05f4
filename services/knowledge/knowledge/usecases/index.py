"""Sending search documents to an index."""

from collections.abc import Sequence

import structlog

from knowledge import metrics
from knowledge.domain.document import Document
from knowledge.usecases.ports import IndexWriter, Projection, Sent, Target

log = structlog.get_logger()


def deliver(projection: Projection, writer: IndexWriter, documents: Sequence[Document], to: Target) -> Sent:
    """Notes what is refused for good."""
    sent = writer.send(documents, to)
    if sent.refused:
        log.error("index_refused", documents=dict(sent.refused))
        metrics.REFUSED.inc(len(sent.refused))
        projection.refused(sent.refused)
    return sent

"""Sends search documents to an index."""

from collections.abc import Sequence

import structlog

from knowledge import metrics
from knowledge.domain.document import Document
from knowledge.usecases.ports import IndexWriter, Ports, Sent, Target
from trackline_schemas.errors import reasons, refuse

log = structlog.get_logger()


def writer(ports: Ports) -> IndexWriter:
    """Raises ServiceError conflict if the service runs without Elasticsearch."""
    if ports.index is None:
        raise refuse(reasons.search.ELASTICSEARCH_MISSING)
    return ports.index


def send(ports: Ports, documents: Sequence[Document], to: Target) -> Sent:
    """Sends the documents, and records those that the index will never take."""
    sent = writer(ports).send(documents, to)
    if sent.refused:
        log.error("Elasticsearch refused documents for good", documents=dict(sent.refused))
        metrics.REFUSED.inc(len(sent.refused))
        ports.documents.refused(sent.refused)
    return sent

"""Who may see the desk."""

from gateway.portal.kit.visit import Visit
from trackline_schemas.errors import reasons, refuse


def require_agent(visit: Visit) -> None:
    if not visit.viewer.agent:
        raise refuse(reasons.access.DESK_FOR_AGENTS_ONLY)

"""Knowledge articles."""

from trackline_schemas.errors.reason import Reason

NO_FREE_ARTICLE_NUMBER = Reason(
    "no_free_article_number",
    "conflict",
    "Other articles took the free numbers at the same moment. Try again.",
)
ARTICLE_CHANGED_BY_MANY = Reason(
    "article_changed_by_many",
    "conflict",
    "The article is being changed by many at once. Try again.",
)
ARTICLE_CHANGED_MEANWHILE = Reason(
    "article_changed_meanwhile",
    "version_conflict",
    "The article is now at version {version}. Read it again and repeat the change.",
)
ARTICLES_FOR_AGENTS_ONLY = Reason(
    "articles_for_agents_only",
    "forbidden",
    "Only agents write articles. Ask for a role in a team.",
)
ARTICLES_NEED_ROLE_REPLY = Reason(
    "articles_need_role_reply",
    "forbidden",
    "Writing articles takes the role reply in a team.",
)
ARTICLE_VERSIONS_FOR_AGENTS_ONLY = Reason(
    "article_versions_for_agents_only",
    "forbidden",
    "Only agents see the earlier versions of an article.",
)
ARTICLE_OF_ANOTHER_TEAM = Reason(
    "article_of_another_team",
    "forbidden",
    "Writing an article of this team takes the role reply in the team.",
)
ARTICLE_NEEDS_TEAM = Reason(
    "article_needs_team",
    "invalid",
    "Visibility team needs a team_id: name the team that may read it.",
)
TOO_MANY_COMPARISONS = Reason(
    "too_many_comparisons",
    "unavailable",
    "Too many articles are being compared at this moment. Try again in a few seconds.",
)

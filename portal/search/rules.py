"""Who may teach the search words."""

from portal.accounts.rules import EDITOR, STAGE_MANAGER

EDIT_SYNONYMS = "search.edit_synonyms"
PERMISSIONS: dict[str, tuple[set[str], set[str]]] = {EDIT_SYNONYMS: (set(), {EDITOR, STAGE_MANAGER})}

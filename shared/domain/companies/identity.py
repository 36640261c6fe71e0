"""Under which name a message counts, and how that name is shown."""

from shared.domain.companies.normalize import normalize_company
from shared.domain.companies.placeholders import is_no_company
from shared.domain.companies.spelling import shown_name


def counted_as(company: str) -> tuple[str, str]:
    """Returns the key under which a company is counted, empty for a name that is no company, and its spelling."""
    key = normalize_company(company)
    return "" if is_no_company(key) else key, shown_name(company)

"""Reads the forms of a page as a browser would send them."""

from html.parser import HTMLParser


class Forms(HTMLParser):
    """The forms of a page: method, address, and the fields with their values."""

    def __init__(self):
        super().__init__()
        self.found, self.select, self.area = [], None, None

    def handle_data(self, data):
        if self.area:
            self.found[-1][2][self.area] += data

    def handle_endtag(self, tag):
        self.area = None if tag == "textarea" else self.area

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag == "form":
            self.found.append(((told.get("method") or "get").lower(), told.get("action") or "", {}))
        elif self.found and told.get("name") and tag in {"input", "select", "textarea", "button"}:
            kind = told.get("type") or ""
            unchecked = kind in {"radio", "checkbox"} and "checked" not in told
            if not unchecked and kind not in {"file", "submit"}:
                self.found[-1][2][told["name"]] = told.get("value") or ""
            self.select = told["name"] if tag == "select" else None
            self.area = told["name"] if tag == "textarea" else None
        elif tag == "option" and self.select and "selected" in told:
            self.found[-1][2][self.select] = told.get("value") or ""

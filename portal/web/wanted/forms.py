"""The form in which a note is asked for."""

from wtforms import StringField

from portal.contributions.domain import WORDING_LENGTH
from portal.web.forms import PlainText, PortalForm


class WantedForm(PortalForm):
    """What a note should be about."""

    wording = StringField(
        "Subject",
        [PlainText()],
        description=f"In a few words, as you would type them into the search; at most {WORDING_LENGTH} characters.",
        render_kw={"maxlength": WORDING_LENGTH, "autocomplete": "off"},
    )

"""Forms of moderation."""

from wtforms import StringField, TextAreaField
from wtforms.validators import AnyOf, Length

from portal.contributions.domain import COMMENT_LENGTH, Decision, WantedState
from portal.web.forms import PlainText, PortalForm, hidden_number, unix_lines


class DecisionForm(PortalForm):
    """What a moderator decides, why, and which version they saw."""

    decision = StringField(validators=[AnyOf([*Decision], message="Approve, request changes, or reject.")])
    comment = TextAreaField(
        "Comment to the author",
        [PlainText(), Length(max=COMMENT_LENGTH, message=f"At most {COMMENT_LENGTH:,} characters.")],
        filters=[unix_lines],
        description="Needed to request changes or to reject. The author reads it.",
        render_kw={"rows": 5},
    )
    version = hidden_number("The form does not say which version you saw; reload the page.")


class WantedForm(PortalForm):
    """How a wanted note leaves the list, or that it comes back."""

    state = StringField(validators=[AnyOf([*WantedState])])

"""The demo's config file: an ordinary config.yaml that names the demo's own two servers."""

import re
from importlib.resources import files

FIRST_LINE = "# The demo of digest."


def config_text(base_url: str, smtp_port: int, *, text: str | None = None, recipients: tuple[str, ...] = ()) -> str:
    """The text of a config.yaml for outlets served at `base_url` and a sink at `smtp_port` of 127.0.0.1.

    `text` is an earlier one (edited or not) to be moved to these servers, by default the one that ships.
    `recipients` take the place of the one that stands there; each is a plain address.
    """
    if text is None:
        text = files("digest.demo").joinpath("config.yaml").read_text("utf-8")
    text = re.sub(r"http://127\.0\.0\.1:\d+", base_url, text)
    text = re.sub(r"(?m)^(\s+port:\s*)\d+", rf"\g<1>{smtp_port}", text)
    if recipients:
        listed = "".join(f"  - {address}\n" for address in recipients)
        text = re.sub(r"(?m)^recipients:\n(?:[ \t]+-.*\n)+", lambda _: f"recipients:\n{listed}", text)
    return text


def is_ours(text: str) -> bool:
    """Whether a config file is the demo's (edited or not), and not one of the user's own."""
    return text.startswith(FIRST_LINE)

"""Who asks for feeds, and how a publisher reaches them: the truth, from what the config says."""

from pathlib import Path

import pytest

from digest.config import load
from digest.wiring import user_agent

FEED = "feeds: [https://example.org/feed]\n"


@pytest.mark.parametrize(
    ("said", "contact"),
    [
        ("", "digest)"),
        ("gather: {contact: 'https://me.example/bot'}\nunsubscribe_url: https://u.example/go\n", "+https://me.example/bot)"),
        ("unsubscribe_url: https://u.example/go?list=secret\n", "+https://u.example/)"),
        ("archive_url: https://a.example/digest/\n", "+https://a.example/)"),
    ],
)  # fmt: skip
def test_the_user_agent_names_a_contact_where_one_is_known(tmp_path: Path, said: str, contact: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(FEED + said, encoding="utf-8")
    assert user_agent(load(path)).endswith(contact)

"""What all tests share: where the corpus is, if it is there."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "ci", derandomize=True, deadline=None, max_examples=60, suppress_health_check=list(HealthCheck)
)
settings.load_profile("ci")

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The corpus beside the checkout; tests over it skip where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the corpus ../shared is not beside the checkout")
    return SHARED

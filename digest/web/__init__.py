"""The guarded web client: what every room that asks the web goes through. Sits below the rooms."""

import sys

# httpx loads its own command line (click, rich, pygments) where these are installed: 45 ms, a twelfth of an hour's gather.
# What is None here cannot be imported, and httpx does without, as it does where they are not installed.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # documented under `import` in the language reference

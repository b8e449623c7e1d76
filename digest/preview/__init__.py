"""The local preview page: the edition as its readers will see it, what it costs, and why everything stands where it
stands.

A Starlette application on loopback. It is handed callables that give a `Preview`, and never composes by itself; it
answers nothing but GET and HEAD, and changes nothing.

    serve.py    serve(build, …)       uvicorn on 127.0.0.1, opens the browser
    app.py      create(build, …)      the routes
    guard.py    who may ask, and what a browser may do with the answers
    live.py     builds again when a watched file changes, and tells every open page
    frame.py    the edition as different mail programs show it (dark, no images, no <style>)
    weigh.py    where the bytes of the edition go
    page.py     a Preview as the JSON that the page draws
    model.py    Preview and Edition
    static/     the page itself: plain HTML, CSS and ES modules
"""

from importlib.util import find_spec


def missing() -> str:
    """What has to be installed before `serve` can run, as a sentence for the user; "" when nothing is missing."""
    absent = [name for name in ("starlette", "uvicorn", "watchfiles") if find_spec(name) is None]
    if not absent:
        return ""
    return f"the preview page needs {', '.join(absent)}; install with: pip install 'morning-digest[preview]'"

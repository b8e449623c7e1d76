"""A small world to try the program on: fictional outlets served over loopback HTTP, and a mail sink on loopback.

`serve` and `sink` are real servers of the real protocols, so that what runs between them is the whole program:

    with serve(now) as base_url, sink() as inbox:
        path.write_text(config_text(base_url, inbox.port))
        ...                                     # config.load, wiring.wire, pipeline.run
    inbox.messages                              # what was received, as bytes

`show` does just that for `digest demo`. Nothing here leaves the machine. The outlets, their people and places are
invented; their addresses lie under example.org, example.net and example.com.
"""

from digest.demo.serve import serve
from digest.demo.setting import config_text
from digest.demo.sink import Received, Sink, sink

__all__ = ["Received", "Sink", "config_text", "serve", "sink"]

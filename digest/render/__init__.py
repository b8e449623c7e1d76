"""issue -> rendition: Jinja2 templates, premailer, a byte budget. Pure: no network, no mail, no clock, no state."""

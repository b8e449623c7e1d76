#!/usr/bin/env bash
# Installs what the acceptance tests judge with (Debian, as root): a browser, spam filters, a mail system, checkers.
# Whatever cannot be had is left out: the tests that need it skip, and say so.
set -u
shared="$(cd "$(dirname "$0")/../.." && pwd)/../shared"
tools="${TMPDIR:-/tmp}/digest-email-tools"
[ -d "$shared/tools/email" ] || { echo "prepare: no ../shared beside the checkout; its tests will skip"; exit 0; }
ready() { [ -x "$tools/venv/bin/python" ] && [ -d "$tools/node_modules/axe-core" ] && command -v chromium postfix dovecot rspamd spamassassin >/dev/null; }
if ready; then echo "prepare: the tools are there"; exit 0; fi
[ "$(id -u)" = 0 ] || { echo "prepare: not root, so nothing is installed; tests that need more will skip"; exit 0; }
for try in 1 2; do
  timeout 400 bash "$shared/tools/email/setup.sh" >"$tools.log" 2>&1 && { tail -n 1 "$tools.log"; exit 0; }
  echo "prepare: attempt $try did not succeed: $(tail -n 1 "$tools.log")"
done
exit 0

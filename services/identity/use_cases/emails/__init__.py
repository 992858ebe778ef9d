"""An e-mail address for notices: confirmed by a code, changed, removed (A5)."""
